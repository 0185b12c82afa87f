"""Beds night by night, as the calendar draws them: by room, so that turnover and conflicts show."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from casework.services.quarantine.occupancy import DAY, Booking, bookings, closed_nights
from casework.services.work import Work
from casework.vocabulary import RoomKind
from models.facility import Facility, Room


@dataclass(frozen=True)
class Night:
    """One night in beds; `conflicts` counts rooms.

    `turnover`: beds of rooms that stay empty between two households. `closed`: beds of closed
    rooms. A conflict is a room with more people than beds, or with people while it is closed.
    """

    night: date
    occupied: int
    held: int
    capacity: int
    turnover: int = 0
    closed: int = 0
    conflicts: int = 0

    @property
    def free(self) -> int:
        """Beds nobody has; rooms kept for one household may hide some of them."""
        taken = self.occupied + self.held + self.turnover + self.closed
        return max(0, self.capacity - taken)


@dataclass(frozen=True)
class _Room:
    beds: int
    turnover_days: int


@dataclass(frozen=True)
class RoomNight:
    """One room on one night: people by whether they sleep there already."""

    occupied: int
    held: int
    turnover: bool
    closed: bool

    def conflicts(self, beds: int) -> bool:
        """More people than beds, or people in a closed room."""
        people = self.occupied + self.held
        return people > (0 if self.closed else beds)


def calendar(
    work: Work,
    first: date,
    days: int,
    facility_id: UUID | None = None,
    kind: RoomKind | None = None,
) -> list[Night]:
    """Beds for `days` nights in one facility or in all, of one kind of room or of every kind."""
    rooms = _rooms(work, facility_id, kind)
    last = first + (days - 1) * DAY
    seen = first - max((room.turnover_days for room in rooms.values()), default=0) * DAY
    found = bookings(work, seen, last, facility_id)
    closed = _closed(work, first, last, facility_id)
    taken = _taken(found)
    turning = _turning(found, rooms)
    nights = [first + day * DAY for day in range(days)]
    return [_night(night, rooms, taken[night], turning[night], closed[night]) for night in nights]


def room_nights(work: Work, facility: Facility, night: date) -> dict[UUID, RoomNight]:
    """Each room in use of a facility on one night."""
    rooms = _rooms(work, facility.id, None)
    found = bookings(work, night - facility.turnover_days * DAY, night, facility.id)
    taken, turning = _taken(found)[night], _turning(found, rooms)[night]
    closed = _closed(work, night, night, facility.id)[night]
    return {room_id: _one(room_id, taken, turning, closed) for room_id in rooms}


def _rooms(work: Work, facility_id: UUID | None, kind: RoomKind | None) -> dict[UUID, _Room]:
    statement = (
        select(Room.id, Room.beds, Facility.turnover_days)
        .join(Facility)
        .where(Room.active, Facility.active)
    )
    if facility_id is not None:
        statement = statement.where(Facility.id == facility_id)
    if kind is not None:
        statement = statement.where(Room.kind == kind)
    return {room_id: _Room(*row) for room_id, *row in work.session.execute(statement)}


def _closed(
    work: Work, first: date, last: date, facility_id: UUID | None
) -> defaultdict[date, set[UUID]]:
    """Closed rooms by night."""
    closed: defaultdict[date, set[UUID]] = defaultdict(set)
    for room_id, night in closed_nights(work, first, last, facility_id):
        closed[night].add(room_id)
    return closed


def _taken(found: Sequence[Booking]) -> defaultdict[date, Counter[tuple[UUID, bool]]]:
    """People by night, room and whether they sleep there already."""
    taken: defaultdict[date, Counter[tuple[UUID, bool]]] = defaultdict(Counter)
    for booking in found:
        for night in booking.nights():
            taken[night][booking.room_id, booking.occupied] += 1
    return taken


def _turning(found: Sequence[Booking], rooms: dict[UUID, _Room]) -> defaultdict[date, set[UUID]]:
    """Rooms that stay empty after somebody left, by night."""
    turning: defaultdict[date, set[UUID]] = defaultdict(set)
    for booking in found:
        room = rooms.get(booking.room_id)
        for day in range(room.turnover_days if room else 0):
            turning[booking.last_night + (day + 1) * DAY].add(booking.room_id)
    return turning


def _night(
    night: date,
    rooms: dict[UUID, _Room],
    taken: Counter[tuple[UUID, bool]],
    turning: Collection[UUID],
    closed: Collection[UUID],
) -> Night:
    capacity = sum(room.beds for room in rooms.values())
    beds = Counter(occupied=0, held=0, closed=0, turnover=0, conflicts=0)
    for room_id in {room_id for room_id, _ in taken}.union(turning, closed) & rooms.keys():
        one = _one(room_id, taken, turning, closed)
        empty = not one.occupied + one.held
        beds["occupied"] += one.occupied
        beds["held"] += one.held
        beds["closed"] += rooms[room_id].beds if empty and one.closed else 0
        beds["turnover"] += rooms[room_id].beds if one.turnover and not one.closed else 0
        beds["conflicts"] += one.conflicts(rooms[room_id].beds)
    return Night(night, capacity=capacity, **beds)


def _one(
    room_id: UUID,
    taken: Counter[tuple[UUID, bool]],
    turning: Collection[UUID],
    closed: Collection[UUID],
) -> RoomNight:
    occupied, held = taken[room_id, True], taken[room_id, False]
    turnover = room_id in turning and not occupied + held
    return RoomNight(occupied, held, turnover, room_id in closed)
