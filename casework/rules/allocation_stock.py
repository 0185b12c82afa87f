"""What is left of a movement's seats and of the facilities' rooms, while they are given out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from functools import lru_cache

from casework.rules.allocation_problem import Placement, Problem, Room
from casework.rules.allocation_units import (
    Beds,
    Unit,
    beds_by_member,
    free_rooms,
    is_accessible,
)
from casework.vocabulary import RoomKind, WaitingReason

#: Lower is better: accessible rooms taken, beds taken, rooms taken.
Cost = tuple[int, int, int]
#: Beds in a room, and whether it is accessible.
Sort = tuple[int, bool]


class Ward:
    """The free rooms of a facility that are isolation rooms, or all those that are not."""

    def __init__(self) -> None:
        self._rooms: defaultdict[Sort, list[str]] = defaultdict(list)
        self.free = Beds(0, 0)

    def add(self, room: Room) -> None:
        """A room becomes free."""
        accessible = is_accessible(room)
        ids = self._rooms[room.beds, accessible]
        ids.append(room.id)
        if len(ids) > 1 and ids[-2] < room.id:  # the first of them is taken first
            ids.sort(reverse=True)
        self._count(room.beds, accessible)

    def holds(self, room: Room) -> bool:
        """Whether this room is free."""
        return room.id in self._rooms[room.beds, is_accessible(room)]

    def remove(self, room: Room) -> None:
        """This room is free no more."""
        accessible = is_accessible(room)
        self._rooms[room.beds, accessible].remove(room.id)
        self._count(-room.beds, accessible)

    def has(self, beds: Beds) -> bool:
        """Whether so many beds are free; any of them serve, since rooms are combined."""
        return self.free.total >= beds.total and self.free.accessible >= beds.accessible

    def stock(self) -> dict[Sort, int]:
        """How many rooms of each sort are free."""
        return {sort: len(ids) for sort, ids in sorted(self._rooms.items()) if ids}

    def choose(self, beds: Beds) -> tuple[Cost, tuple[Sort, ...]]:
        """The rooms that cost least, which there must be."""
        stock = tuple((sort, min(count, beds.total)) for sort, count in self.stock().items())
        return _cheapest_rooms(stock, beds)

    def take(self, sorts: Iterable[Sort]) -> list[tuple[str, int]]:
        """(room id, beds) of one free room of each sort, accessible rooms first."""
        taken = []
        for beds, accessible in sorted(sorts, key=lambda sort: not sort[1]):
            taken.append((self._rooms[beds, accessible].pop(), beds))
            self._count(-beds, accessible)
        return taken

    def _count(self, beds: int, accessible: bool) -> None:
        more = beds if accessible else 0
        self.free = Beds(self.free.total + beds, self.free.accessible + more)


@lru_cache(maxsize=100_000)
def _cheapest_rooms(
    stock: tuple[tuple[Sort, int], ...], beds: Beds
) -> tuple[Cost, tuple[Sort, ...]]:
    """The cheapest rooms that hold `beds`, which the stock is known to have.

    Exact: goes through the rooms one by one and keeps, for each number of beds covered, the
    cheapest way to cover them.
    """
    best: dict[tuple[int, int], tuple[Cost, tuple[Sort, ...]]] = {(0, 0): ((0, 0, 0), ())}
    for sort, count in stock:
        for _ in range(count):
            for covered, (cost, rooms) in list(best.items()):
                more = sort[0] if sort[1] else 0
                state = (
                    min(beds.total, covered[0] + sort[0]),
                    min(beds.accessible, covered[1] + more),
                )
                way = ((cost[0] + sort[1], cost[1] + sort[0], cost[2] + 1), (*rooms, sort))
                if state not in best or way < best[state]:
                    best[state] = way
    return best[beds.total, beds.accessible]


def _no_rooms() -> tuple[Ward, Ward]:
    return Ward(), Ward()


class Stock:
    """The seats, escorts and rooms of a problem, as far as they are not given out."""

    def __init__(self, problem: Problem) -> None:
        self.nights = problem.movement.quarantine_nights
        self.seats = problem.movement.seats
        escorts = problem.movement.medical_escorts
        self.escorts = self.seats if escorts is None else escorts
        self.wards: defaultdict[str, tuple[Ward, Ward]] = defaultdict(_no_rooms)
        self.rooms = {room.id: room for room in free_rooms(problem)} if self.nights else {}
        for room in sorted(self.rooms.values(), key=lambda room: room.id, reverse=True):
            self._ward(room).add(room)

    def copy(self) -> "Stock":
        """The same again, to try something out."""
        return deepcopy(self)

    def shortage(self, unit: Unit, seats: int) -> WaitingReason | None:
        """What keeps `unit` from a place when `seats` are left for it; None if it fits."""
        if unit.escorts > self.escorts:
            return WaitingReason.NO_ESCORT
        if unit.seats > seats:
            return WaitingReason.NO_SEAT
        if not self.nights or any(self._facilities_for(unit)):
            return None
        wards = list(self.wards.values())
        if not any(isolation.has(unit.isolation) for _, isolation in wards):
            return WaitingReason.NO_ISOLATION_ROOM
        needed = unit.ordinary.accessible
        if not any(ordinary.free.accessible >= needed for ordinary, _ in wards):
            return WaitingReason.NO_ACCESSIBLE_ROOM
        return WaitingReason.NO_ROOM

    def take(self, unit: Unit) -> tuple[tuple[str, str], ...]:
        """Take the seats and cheapest rooms of a unit that fits; (member id, room id) pairs."""
        if not self.nights:
            return self.take_rooms(unit, "", (), ())
        _, facility_id, ordinary, isolation = min(
            self._offer(unit, facility_id) for facility_id in self._facilities_for(unit)
        )
        return self.take_rooms(unit, facility_id, ordinary, isolation)

    def take_rooms(
        self, unit: Unit, facility_id: str, ordinary: Iterable[Sort], isolation: Iterable[Sort]
    ) -> tuple[tuple[str, str], ...]:
        """Take the unit's seats, and rooms of these sorts in the facility."""
        self.seats -= unit.seats
        self.escorts -= unit.escorts
        if not self.nights:
            return ()
        wards = self.wards[facility_id]
        beds = {
            **beds_by_member(unit.members, False, wards[0].take(ordinary)),
            **beds_by_member(unit.members, True, wards[1].take(isolation)),
        }
        return tuple((member.id, beds[member.id]) for member in unit.members)

    def take_own(self, unit: Unit, rooms: Collection[str]) -> bool:
        """Take exactly these rooms, and the seats, for the unit; False when any is not free."""
        if unit.seats > self.seats or unit.escorts > self.escorts:
            return False
        if not all(room_id in self.rooms and self._is_free(room_id) for room_id in rooms):
            return False
        for room_id in rooms:
            self._ward(self.rooms[room_id]).remove(self.rooms[room_id])
        self.seats -= unit.seats
        self.escorts -= unit.escorts
        return True

    def _is_free(self, room_id: str) -> bool:
        return self._ward(self.rooms[room_id]).holds(self.rooms[room_id])

    def give_back(self, unit: Unit, placement: Placement) -> None:
        """Free the seats and rooms of a unit that was placed."""
        self.seats += unit.seats
        self.escorts += unit.escorts
        for room_id in {room_id for _, room_id in placement.rooms}:
            self._ward(self.rooms[room_id]).add(self.rooms[room_id])

    def fits_in_place_of(self, unit: Unit, other: Unit, placement: Placement) -> bool:
        """Whether `unit` finds beds once `other` gives its place back; seats are not looked at."""
        if unit.escorts > self.escorts + other.escorts:
            return False
        if not placement.rooms or any(self._facilities_for(unit)):
            return True
        rooms = [self.rooms[room_id] for room_id in {room_id for _, room_id in placement.rooms}]
        freed = [Ward(), Ward()]
        for room in rooms:
            freed[room.kind is RoomKind.ISOLATION].add(room)
        wards = self.wards[rooms[0].facility_id]
        return all(
            ward.free.total + more.free.total >= needed.total
            and ward.free.accessible + more.free.accessible >= needed.accessible
            for ward, more, needed in zip(
                wards, freed, (unit.ordinary, unit.isolation), strict=True
            )
        )

    def _ward(self, room: Room) -> Ward:
        return self.wards[room.facility_id][room.kind is RoomKind.ISOLATION]

    def _facilities_for(self, unit: Unit) -> Iterator[str]:
        for facility_id, (ordinary, isolation) in self.wards.items():
            if ordinary.has(unit.ordinary) and isolation.has(unit.isolation):
                yield facility_id

    def _offer(
        self, unit: Unit, facility_id: str
    ) -> tuple[Cost, str, tuple[Sort, ...], tuple[Sort, ...]]:
        ordinary, isolation = self.wards[facility_id]
        cost, rooms = ordinary.choose(unit.ordinary)
        more, isolation_rooms = isolation.choose(unit.isolation)
        total = (cost[0] + more[0], cost[1] + more[1], cost[2] + more[2])
        return total, facility_id, rooms, isolation_rooms
