"""Which bed is taken on which night: what allocations must respect and calendars draw.

A bed is taken by a hold on a movement until the stay begins to count in its place: a stay takes
the nights really slept. Who left for hospital or ran away keeps the bed until the last night.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, func, select

from casework import clock
from casework.services.work import Work
from casework.vocabulary import HoldState, StayState
from models.facility import Facility, Room, Stay
from models.movement import Hold
from models.return_request import RequestMember

DAY = timedelta(days=1)
#: Holds that take a seat and a bed.
LIVE = (
    HoldState.HELD,
    HoldState.OFFERED,
    HoldState.CONFIRMED,
    HoldState.BOARDED,
    HoldState.ARRIVED,
)
#: Stays that are over: their bed is free from the day they ended.
OVER = (StayState.RELEASED, StayState.TRANSFERRED, StayState.DECEASED)


@dataclass(frozen=True)
class Booking:
    """A bed of a room taken from `first_night` to `last_night`; `occupied` once checked in."""

    room_id: UUID
    request_id: UUID
    first_night: date
    last_night: date
    occupied: bool

    def nights(self) -> Iterator[date]:
        """Every night of it."""
        days = (self.last_night - self.first_night).days
        return (self.first_night + day * DAY for day in range(days + 1))


def bookings(work: Work, first: date, last: date, facility_id: UUID | None = None) -> list[Booking]:
    """Beds taken on any night from `first` to `last`, in every facility or in one."""
    found = [*_held(work, first, last, facility_id), *_stayed(work, facility_id)]
    return [
        booking for booking in found if booking.first_night <= last and booking.last_night >= first
    ]


def _held(work: Work, first: date, last: date, facility_id: UUID | None) -> Iterator[Booking]:
    statement = select(Hold.room_id, Hold.request_id, Hold.first_night, Hold.last_night).where(
        Hold.state.in_(LIVE),
        Hold.first_night <= last,
        Hold.last_night >= first,
        ~exists().where(Stay.hold_id == Hold.id),
    )
    if facility_id is not None:
        statement = statement.where(Hold.room_id == Room.id, Room.facility_id == facility_id)
    for room_id, request_id, begins, ends in work.session.execute(statement):
        if room_id is None or begins is None or ends is None:
            continue  # a movement without quarantine: a seat and no bed
        yield Booking(room_id, request_id, begins, ends, occupied=False)


def _stayed(work: Work, facility_id: UUID | None) -> Iterator[Booking]:
    statement = (
        select(
            Stay.room_id,
            RequestMember.request_id,
            Stay.state,
            Stay.first_night,
            Stay.last_night,
            Stay.ended_at,
        )
        .join(RequestMember, RequestMember.id == Stay.member_id)
        .where(Stay.state != StayState.CANCELLED)
    )
    if facility_id is not None:
        statement = statement.where(Stay.facility_id == facility_id)
    today = clock.today()
    for room_id, request_id, state, begins, ends, ended_at in work.session.execute(statement):
        if state in OVER and ended_at is not None:
            ends = ended_at.astimezone(clock.ULAANBAATAR).date() - DAY
        elif state is StayState.CHECKED_IN:
            ends = max(ends, today)
        yield Booking(room_id, request_id, begins, ends, state is not StayState.HELD)


@dataclass(frozen=True)
class Night:
    """One night of a facility, in beds."""

    night: date
    occupied: int
    held: int
    capacity: int

    @property
    def free(self) -> int:
        """Beds nobody has; rooms kept for one household may hide some of them."""
        return max(0, self.capacity - self.occupied - self.held)


def calendar(work: Work, first: date, days: int, facility_id: UUID | None = None) -> list[Night]:
    """Beds occupied, held and there at all for `days` nights, in one facility or in all."""
    last = first + (days - 1) * DAY
    taken: Counter[tuple[date, bool]] = Counter()
    for booking in bookings(work, first, last, facility_id):
        taken.update((night, booking.occupied) for night in booking.nights())
    capacity = count_beds(work, facility_id)
    nights = [first + day * DAY for day in range(days)]
    return [Night(n, taken[n, True], taken[n, False], capacity) for n in nights]


def count_beds(work: Work, facility_id: UUID | None = None) -> int:
    """Beds of rooms in use, in facilities in use."""
    in_use = and_(Room.active, Facility.active)
    statement = select(func.sum(Room.beds)).join(Facility).where(in_use)
    if facility_id is not None:
        statement = statement.where(Facility.id == facility_id)
    return int(work.session.scalar(statement) or 0)
