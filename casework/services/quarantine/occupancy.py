"""Which bed is taken on which night: what allocations must respect and calendars draw.

A bed is taken by a hold on a movement until the stay begins to count in its place: a stay takes
the nights really slept. Who left for hospital or ran away keeps the bed until the last night.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from casework import clock
from casework.services.work import Work
from casework.vocabulary import HoldState, StayState
from models.facility import Closure, Room, Stay
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
        return nights_between(self.first_night, self.last_night)


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
            ends = clock.day_of(ended_at) - DAY
        elif state is StayState.CHECKED_IN:
            ends = max(ends, today)
        yield Booking(room_id, request_id, begins, ends, state is not StayState.HELD)


def closed_nights(
    work: Work, first: date, last: date, facility_id: UUID | None = None
) -> set[tuple[UUID, date]]:
    """Rooms and nights from `first` to `last` on which nobody can sleep there.

    A closed facility stands here as each of its rooms.
    """
    statement = (
        select(Room.id, Closure.first_night, Closure.last_night)
        .join(
            Closure,
            and_(
                Closure.facility_id == Room.facility_id,
                or_(Closure.room_id.is_(None), Closure.room_id == Room.id),
            ),
        )
        .where(
            Closure.lifted_at.is_(None), Closure.first_night <= last, Closure.last_night >= first
        )
    )
    if facility_id is not None:
        statement = statement.where(Room.facility_id == facility_id)
    return {
        (room_id, night)
        for room_id, begins, ends in work.session.execute(statement)
        for night in nights_between(max(begins, first), min(ends, last))
    }


def nights_between(first: date, last: date) -> Iterator[date]:
    """Every night from `first` to `last`, both counted."""
    return (first + day * DAY for day in range((last - first).days + 1))
