"""What pages say of movements: seats and beds, runs, the desk's first page."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload

from casework import clock
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.movements.given_up import count_gave_up_twice
from casework.services.quarantine.calendar import Night, calendar
from casework.services.requests.ageing import count_late
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import (
    Band,
    HoldState,
    MovementState,
    ReleaseReason,
    RequestState,
    TellingKind,
)
from models.movement import AllocationOutcome, AllocationRun, Hold, Movement
from models.public import Telling
from models.return_request import RequestMember, RequestScore, ReturnRequest

PAGE = 50
NIGHTS_SHOWN = 30
#: Movements that are still ahead or under way.
OPEN = (
    MovementState.PLANNED,
    MovementState.ALLOCATING,
    MovementState.OFFERS_SENT,
    MovementState.MANIFEST_CLOSED,
    MovementState.DEPARTED,
)


@dataclass(frozen=True)
class MovementFigures:
    """A movement with its places: people by state of their hold, seats and beds taken."""

    movement: Movement
    people: Counter[HoldState] = field(default_factory=Counter)
    seats_taken: int = 0
    beds_taken: int = 0

    @property
    def seats_free(self) -> int:
        """Seats nobody has."""
        return max(0, self.movement.seats - self.seats_taken)


def movements(work: Work, *, before: tuple[date, str] | None = None) -> list[MovementFigures]:
    """A page of movements the actor may see, the latest departure first.

    `before`: day of departure and reference of the last one of the page before.
    """
    statement = select(Movement).where(visible(work.actor, Permission.MOVEMENT_READ, Movement))
    if before:
        day, reference = before
        same_day = (Movement.departs_on == day) & (Movement.reference < reference)
        statement = statement.where((Movement.departs_on < day) | same_day)
    statement = statement.order_by(Movement.departs_on.desc(), Movement.reference.desc())
    return figures(work, work.session.scalars(statement.limit(PAGE)).all())


def open_movements(work: Work) -> list[MovementFigures]:
    """Every movement under way that the actor may see, the next departure first."""
    statement = (
        select(Movement)
        .where(visible(work.actor, Permission.MOVEMENT_READ, Movement), Movement.state.in_(OPEN))
        .order_by(Movement.departs_on, Movement.reference)
    )
    return figures(work, work.session.scalars(statement).all())


def figures(work: Work, found: Sequence[Movement]) -> list[MovementFigures]:
    """The places of these movements, in one query."""
    statement = (
        select(
            Hold.movement_id,
            Hold.state,
            func.count(),
            func.sum(Hold.seats),
            func.count(Hold.room_id),
        )
        .where(
            Hold.movement_id.in_([movement.id for movement in found]),
            Hold.state != HoldState.RELEASED,
        )
        .group_by(Hold.movement_id, Hold.state)
    )
    people: defaultdict[UUID, Counter[HoldState]] = defaultdict(Counter)
    seats: Counter[UUID] = Counter()
    beds: Counter[UUID] = Counter()
    for movement_id, state, count, with_seat, with_bed in work.session.execute(statement):
        people[movement_id][state] = count
        seats[movement_id] += with_seat
        beds[movement_id] += with_bed
    return [MovementFigures(m, people[m.id], seats[m.id], beds[m.id]) for m in found]


def runs_of(work: Work, movement: Movement) -> list[AllocationRun]:
    """The movement's runs, the latest first."""
    statement = (
        select(AllocationRun)
        .where(AllocationRun.movement_id == movement.id)
        .order_by(AllocationRun.at.desc())
    )
    return list(work.session.scalars(statement))


@dataclass(frozen=True)
class RunPage:
    """A run with one page of its households, in the order they stood."""

    run: AllocationRun
    people_placed: int
    people_waiting: int
    outcomes: list[AllocationOutcome]
    next_after: int | None
    reasons: list[tuple[str, int]]


def run_page(work: Work, run: AllocationRun, *, placed: bool, after: int = 0) -> RunPage:
    """Households placed, or left waiting, from behind position `after`.

    Only requests that the actor may read are listed; the figures count all.
    """
    totals = work.session.execute(
        select(func.sum(AllocationOutcome.people), func.sum(AllocationOutcome.people_placed)).where(
            AllocationOutcome.run_id == run.id
        )
    ).one()
    people, people_placed = int(totals[0] or 0), int(totals[1] or 0)
    statement = (
        select(AllocationOutcome)
        .join(AllocationOutcome.request)
        .options(joinedload(AllocationOutcome.request).joinedload(ReturnRequest.score))
        .where(
            AllocationOutcome.run_id == run.id,
            AllocationOutcome.placed == placed,
            AllocationOutcome.position > after,
            visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
        )
        .order_by(AllocationOutcome.position)
        .limit(PAGE + 1)
    )
    found = list(work.session.scalars(statement).unique())
    following = found[PAGE - 1].position if len(found) > PAGE else None
    return RunPage(
        run,
        people_placed,
        people - people_placed,
        found[:PAGE],
        following,
        _reasons(run),
    )


def _reasons(run: AllocationRun) -> list[tuple[str, int]]:
    """People left waiting by reason, the most first."""
    return sorted(run.reasons.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True)
class DeskHome:
    """What the consular desk sees first; the next departure stands first."""

    waiting_people: int
    waiting_requests: int
    bands: list[tuple[Band, int]]
    countries: list[tuple[str, int]]
    movements: list[MovementFigures]
    #: movements whose day is over, but not they
    not_ended: int
    to_send: int
    appeals: int
    late: int
    gave_up: int
    to_refill: list[MovementFigures]
    nights: list[Night]


def desk_home(work: Work) -> DeskHome:
    """The queue by band and country, the movements ahead, beds for 30 nights."""
    queued = ReturnRequest.state == RequestState.QUEUED
    of_band = (
        select(RequestScore.band, func.count())
        .join(ReturnRequest, ReturnRequest.id == RequestScore.request_id)
        .where(queued)
        .group_by(RequestScore.band)
    )
    bands: dict[Band, int] = dict(work.session.execute(of_band).all())
    ahead = open_movements(work)
    today = clock.today()
    return DeskHome(
        waiting_people=_count_people(work),
        waiting_requests=sum(bands.values()),
        bands=[(band, bands.get(band, 0)) for band in Band],
        countries=_by_country(work),
        movements=[line for line in ahead if line.movement.arrives_on >= today],
        not_ended=sum(line.movement.arrives_on < today for line in ahead),
        to_send=sum(line.people[HoldState.HELD] for line in ahead),
        appeals=_count_appeals(work),
        late=count_late(work),
        gave_up=count_gave_up_twice(work),
        to_refill=_to_refill(work, ahead),
        nights=calendar(work, clock.today(), NIGHTS_SHOWN),
    )


def _to_refill(work: Work, ahead: Sequence[MovementFigures]) -> list[MovementFigures]:
    """Closed manifests on which somebody did not come or was not taken along."""
    lost = select(Hold.movement_id).where(
        Hold.release_reason.in_((ReleaseReason.NO_SHOW, ReleaseReason.OFFLOADED))
    )
    movements_with = set(work.session.scalars(lost.distinct()))
    return [
        line
        for line in ahead
        if line.movement.id in movements_with
        and line.movement.state is MovementState.MANIFEST_CLOSED
        and line.seats_free
    ]


def _count_people(work: Work) -> int:
    queued = RequestMember.state == RequestState.QUEUED
    return work.session.scalar(select(func.count()).select_from(RequestMember).where(queued)) or 0


def _by_country(work: Work) -> list[tuple[str, int]]:
    count = func.count()
    statement = (
        select(ReturnRequest.country, count)
        .where(ReturnRequest.state == RequestState.QUEUED)
        .group_by(ReturnRequest.country)
        .order_by(count.desc(), ReturnRequest.country)
        .limit(8)
    )
    return [(country, number) for country, number in work.session.execute(statement)]


def _count_appeals(work: Work) -> int:
    """Requests whose appeal nobody has decided, given at a desk or told with a PIN."""
    appeal = getattr(ReturnRequest, ReturnRequest.cells["appeal"].column)
    told = exists().where(
        Telling.request_id == ReturnRequest.id,
        Telling.kind == TellingKind.APPEAL,
        Telling.seen_at.is_(None),
    )
    declined = ReturnRequest.state == RequestState.DECLINED
    statement = (
        select(func.count())
        .select_from(ReturnRequest)
        .where(or_(declined & appeal.is_not(None), told))
    )
    return work.session.scalar(statement) or 0


def may(work: Work, permission: Permission, movement: Movement) -> bool:
    """Whether to offer an act on the movement's page."""
    return allowed(work, permission, movement)
