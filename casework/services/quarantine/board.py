"""Today at a facility: who is where, whose check is missing, who may go, who arrives."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from casework import clock
from casework.errors import InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.quarantine.occupancy import DAY
from casework.services.quarantine.samples import sample_rows
from casework.services.quarantine.stay_terms import quarantine_of
from casework.services.quarantine.stays import check_in
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import HoldState, Need, StayState
from models.facility import DailyCheck, Facility, Room, Stay
from models.movement import Hold
from models.return_request import RequestMember

#: Needs that matter at the bedside; what somebody suffered from others is never shown here.
BEDSIDE = (Need.PREGNANT, Need.HEALTH, Need.DISABILITY, Need.ELDERLY)
_HERE = (StayState.CHECKED_IN, StayState.HOSPITALISED, StayState.ABSCONDED)


@dataclass(frozen=True)
class BoardRow:
    """A person in quarantine today; `unwell_before`: the last check before today was not well."""

    stay: Stay
    member: RequestMember
    today: date
    check: DailyCheck | None
    unwell_before: bool
    sample_due: bool = False

    @property
    def night(self) -> int:
        """Which night of the stay today's is, from 1."""
        return (self.today - self.stay.first_night).days + 1

    @property
    def days_left(self) -> int:
        """Days until release is due; 0 today, negative when it is over."""
        return (quarantine_of(self.stay).release_due - self.today).days

    @property
    def checked(self) -> bool:
        """Whether today's check is recorded."""
        return self.check is not None

    @property
    def needs(self) -> list[Need]:
        """What whoever brings the meals must know."""
        return [need for need in BEDSIDE if need in (self.member.needs or [])]


@dataclass(frozen=True)
class Board:
    """A facility's day; `arrived` may be checked in, `expected` are on their way."""

    facility: Facility
    today: date
    rows: tuple[BoardRow, ...]
    arrived: tuple[Stay, ...]
    expected: tuple[Stay, ...]

    @property
    def inside(self) -> tuple[BoardRow, ...]:
        """People who sleep here tonight or may leave today."""
        return tuple(row for row in self.rows if row.stay.state is StayState.CHECKED_IN)

    @property
    def away(self) -> tuple[BoardRow, ...]:
        """People in hospital or gone, whose bed is kept."""
        return tuple(row for row in self.rows if row.stay.state is not StayState.CHECKED_IN)

    @property
    def missing(self) -> tuple[BoardRow, ...]:
        """People inside without a check today."""
        return tuple(row for row in self.inside if not row.checked)

    @property
    def samples_due(self) -> tuple[BoardRow, ...]:
        """People inside who owe a sample under the rule of their arrival."""
        return tuple(row for row in self.inside if row.sample_due)

    @property
    def due(self) -> tuple[BoardRow, ...]:
        """People inside whose days are served."""
        return tuple(row for row in self.inside if row.days_left <= 0)

    @property
    def overstays(self) -> tuple[BoardRow, ...]:
        """People inside longer than their quarantine."""
        return tuple(row for row in self.inside if row.days_left < 0)

    def floors(self) -> Iterator[tuple[int, list[BoardRow]]]:
        """People inside, floor by floor."""
        floors: defaultdict[int, list[BoardRow]] = defaultdict(list)
        for row in self.inside:
            floors[row.stay.room.floor].append(row)
        yield from sorted(floors.items())


def board(work: Work, facility: Facility) -> Board:
    """Everybody at `facility` today, by floor and room."""
    today = clock.today()
    stays = _stays(work, facility)
    checks = _checks(work, [stay.id for stay, _, _ in stays], today)
    owing = {row.stay.id for row in sample_rows(work, facility) if row.due}
    rows, arrived, expected = [], [], []
    for stay, member, hold_state in stays:
        if stay.state in _HERE:
            known = checks[stay.id]
            before = [check for check in known if check.checked_on < today]
            now = next((check for check in known if check.checked_on == today), None)
            unwell = bool(before) and not before[-1].well
            rows.append(BoardRow(stay, member, today, now, unwell, stay.id in owing))
        elif hold_state is HoldState.ARRIVED:
            arrived.append(stay)
        elif stay.first_night <= today + DAY:
            expected.append(stay)
    return Board(facility, today, tuple(rows), tuple(arrived), tuple(expected))


def _stays(work: Work, facility: Facility) -> Sequence[tuple[Stay, RequestMember, HoldState]]:
    statement = (
        select(Stay, RequestMember, Hold.state)
        .join(RequestMember, RequestMember.id == Stay.member_id)
        .join(Hold, Hold.id == Stay.hold_id)
        .join(Room, Room.id == Stay.room_id)
        .options(joinedload(Stay.facility))
        .where(Stay.facility_id == facility.id, Stay.state.in_((*_HERE, StayState.HELD)))
        .order_by(Room.floor, func.length(Room.number), Room.number, RequestMember.position)
    )
    return work.session.execute(statement).all()


def _checks(work: Work, stay_ids: list[UUID], today: date) -> dict[UUID, list[DailyCheck]]:
    """Checks of yesterday and today by stay, in order of days."""
    found: defaultdict[UUID, list[DailyCheck]] = defaultdict(list)
    statement = (
        select(DailyCheck)
        .where(DailyCheck.stay_id.in_(stay_ids), DailyCheck.checked_on >= today - DAY)
        .order_by(DailyCheck.checked_on)
    )
    for check in work.session.scalars(statement):
        found[check.stay_id].append(check)
    return found


def checks_of(work: Work, stay: Stay) -> list[DailyCheck]:
    """Every check of a stay, the latest first."""
    statement = (
        select(DailyCheck)
        .where(DailyCheck.stay_id == stay.id)
        .order_by(DailyCheck.checked_on.desc())
    )
    return list(work.session.scalars(statement))


def own_facility(work: Work) -> Facility | None:
    """The facility that the actor's organisation runs."""
    statement = select(Facility).where(
        Facility.organisation_id == work.actor.organisation_id,
        visible(work.actor, Permission.STAY_READ, Facility),
    )
    return work.session.scalars(statement).first()


def check_in_arrivals(work: Work, facility: Facility, chosen: Collection[str] = ()) -> int:
    """Check in those who have arrived and are named by id in `chosen`, or all of them.

    Raises InvalidTransition when there is nobody.
    """
    arrived = board(work, facility).arrived
    stays = [stay for stay in arrived if not chosen or str(stay.id) in chosen]
    if not stays:
        raise InvalidTransition(N_("Nobody who has arrived waits to be checked in."))
    return check_in(work, stays)
