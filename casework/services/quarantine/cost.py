"""What nights in quarantine cost, by facility, funder and kind of room; and why people overstay."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.quarantine.occupancy import DAY, OVER, nights_between
from casework.services.quarantine.stay_terms import quarantine_of
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import OverstayReason, Payer, Purpose, RoomKind, StayState
from models.facility import Facility, NightRate, Room, RoomChange, Stay
from models.movement import Hold


@dataclass(frozen=True)
class CostLine:
    """Nights of one facility, funder and kind of room in a month; None: no price is set."""

    facility: Facility
    payer: Payer
    kind: RoomKind
    nights: int
    unpriced: int
    amount: Decimal


@dataclass(frozen=True)
class CostStatement:
    """A month's nights slept until today, and what they cost, in tögrög. No names."""

    month: date
    lines: tuple[CostLine, ...]
    overstays: Counter[OverstayReason | None]

    @property
    def total(self) -> Decimal:
        """The cost of all nights that have a price."""
        return sum((line.amount for line in self.lines), Decimal(0))


def set_rate(
    work: Work, facility: Facility, kind: RoomKind | None, applies_from: date, amount: Decimal
) -> NightRate:
    """Say what a person's night costs from that day on; no kind: in every room without its own.

    Raises InvalidInput when a price of that kind begins on the same day.
    """
    known = select(NightRate.id).where(
        NightRate.facility_id == facility.id,
        NightRate.kind.is_(None) if kind is None else NightRate.kind == kind,
        NightRate.applies_from == applies_from,
    )
    if work.session.scalar(known) is not None:
        raise InvalidInput(N_("A price begins on this day already."), "applies_from")
    rate = NightRate(facility_id=facility.id, kind=kind, applies_from=applies_from, amount=amount)
    rate.currency = "MNT"
    work.session.add(rate)
    facts = {
        "kind": kind.value if kind else None,
        "from": applies_from.isoformat(),
        "amount": str(amount),
        "currency": rate.currency,
    }
    work.record(
        Act("rate.set", Purpose.QUARANTINE, permission=Permission.FACILITY_MANAGE, facts=facts)
    )
    return rate


def rates_of(work: Work, facility: Facility) -> list[NightRate]:
    """The facility's prices, the latest first."""
    statement = select(NightRate).where(NightRate.facility_id == facility.id)
    return list(work.session.scalars(statement.order_by(NightRate.applies_from.desc())))


def explain_overstay(work: Work, stay: Stay, reason: OverstayReason) -> Stay:
    """Say why somebody still stays. Raises InvalidTransition before the days are served."""
    if (
        stay.state is not StayState.CHECKED_IN
        or not quarantine_of(stay).release_due <= clock.today()
    ):
        raise InvalidTransition(N_("This stay is not too long."))
    stay.overstay = reason
    work.record(
        Act(
            "stay.overstay_explained",
            Purpose.QUARANTINE,
            permission=Permission.STAY_CHECK,
            subjects={stay.subject_id},
        )
    )
    return stay


def cost_statement(work: Work, month: date) -> CostStatement:
    """The month of that first day, of every facility the actor manages."""
    following = (month + timedelta(days=31)).replace(day=1)
    last = min(following - DAY, clock.today())
    stays = work.session.execute(
        select(Stay, func.coalesce(Hold.quarantine_payer, Hold.payer))
        .join(Hold, Hold.id == Stay.hold_id)
        .join(Facility, Facility.id == Stay.facility_id)
        .where(
            visible(work.actor, Permission.FACILITY_MANAGE, Facility),
            Stay.checked_in_at.is_not(None),
            Stay.first_night <= last,
        )
    ).all()
    rooms = _rooms_by_night(work, [stay for stay, _ in stays])
    nights: Counter[tuple[UUID, Payer, RoomKind, date]] = Counter()
    overstays: Counter[OverstayReason | None] = Counter()
    for stay, payer in stays:
        slept = [night for night in nights_between(*_slept(stay)) if month <= night <= last]
        nights.update((stay.facility_id, payer, rooms(stay, night), night) for night in slept)
        if any(night > stay.last_night for night in slept):
            with work.unseen():
                overstays[stay.overstay_reason] += 1
    return CostStatement(month, tuple(_lines(work, nights)), overstays)


def _slept(stay: Stay) -> tuple[date, date]:
    """The first night, and the last one slept; tonight counts while the stay lasts."""
    if stay.state in OVER and stay.ended_at is not None:
        return stay.first_night, clock.day_of(stay.ended_at) - DAY
    if stay.state is StayState.CHECKED_IN:
        return stay.first_night, max(min(stay.last_night, clock.today()), clock.today() - DAY)
    return stay.first_night, stay.last_night


class _Rooms:
    """The kind of room of each stay on each night."""

    def __init__(self, kinds: dict[UUID, RoomKind], changes: Sequence[RoomChange]) -> None:
        self._kinds = kinds
        self._changes: defaultdict[UUID, list[RoomChange]] = defaultdict(list)
        for change in changes:
            self._changes[change.stay_id].append(change)

    def __call__(self, stay: Stay, night: date) -> RoomKind:
        later = (one for one in self._changes[stay.id] if one.moved_on > night)
        first = next(later, None)
        return self._kinds[first.from_room_id if first else stay.room_id]


def _rooms_by_night(work: Work, stays: Sequence[Stay]) -> _Rooms:
    changes = work.session.scalars(
        select(RoomChange)
        .where(RoomChange.stay_id.in_([stay.id for stay in stays]))
        .order_by(RoomChange.moved_on, RoomChange.id)
    ).all()
    kinds = {room.id: room.kind for room in work.session.scalars(select(Room))}
    return _Rooms(kinds, changes)


def _lines(work: Work, nights: Counter[tuple[UUID, Payer, RoomKind, date]]) -> list[CostLine]:
    facilities = {one.id: one for one in work.session.scalars(select(Facility))}
    rates = work.session.scalars(select(NightRate).order_by(NightRate.applies_from)).all()
    found: dict[tuple[UUID, Payer, RoomKind], list[tuple[int, Decimal | None]]] = {}
    for (facility_id, payer, kind, night), count in sorted(nights.items()):
        price = _price(rates, facility_id, kind, night)
        found.setdefault((facility_id, payer, kind), []).append((count, price))
    return [
        CostLine(
            facilities[facility_id],
            payer,
            kind,
            sum(count for count, _ in priced),
            sum(count for count, price in priced if price is None),
            sum((count * price for count, price in priced if price is not None), Decimal(0)),
        )
        for (facility_id, payer, kind), priced in found.items()
    ]


def _price(
    rates: Sequence[NightRate], facility_id: UUID, kind: RoomKind, night: date
) -> Decimal | None:
    """The latest price of the kind of room that night, else of every room."""
    on_day = [r for r in rates if r.facility_id == facility_id and r.applies_from <= night]
    own = [rate.amount for rate in on_day if rate.kind is kind]
    general = [rate.amount for rate in on_day if rate.kind is None]
    return next(reversed(own or general), None)
