"""Gives out one movement's seats and quarantine beds by the published order, first fit.

First the households with a reserved place are placed in order, up to the reserved seats; what
they leave goes back to all, and everyone still waiting is placed in order wherever they fit. The
order is: position, reference, and within a household first the household, then those who travel
apart. What fits is said in `allocation_problem`. The same problem always has the same answer.

Rooms are chosen so that the fewest accessible rooms are taken, then the fewest beds, then the
fewest rooms.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from casework.messages import N_, Message
from casework.rules.allocation_problem import (
    Allocation,
    Household,
    Member,
    MovementInput,
    Placement,
    Problem,
    Room,
    Waiting,
)
from casework.vocabulary import RoomKind, WaitingReason

_BLOCKED = {
    WaitingReason.OTHER_COUNTRY: N_("The movement does not leave from this country."),
    WaitingReason.NO_DOCUMENT: N_("A travel document is missing, and none is under way."),
    WaitingReason.NOT_FIT: N_("Somebody is not fit to travel on the day of departure."),
    WaitingReason.LEFT_OUT: N_("Two people decided to leave the household out this time."),
}
_SHORT = {
    WaitingReason.NO_SEAT: N_("Seats needed: %(needed)s. Seats left: %(left)s."),
    WaitingReason.NO_ROOM: N_(
        "Beds needed: %(beds)s. No facility has rooms for them free on all nights."
    ),
    WaitingReason.NO_ACCESSIBLE_ROOM: N_(
        "Accessible beds needed: %(accessible)s. No facility has them free on all nights."
    ),
    WaitingReason.NO_ISOLATION_ROOM: N_(
        "Isolation beds needed: %(isolation)s. No facility has them free on all nights."
    ),
}


@dataclass(frozen=True)
class _Beds:
    """Beds needed or free: in all, and those of them that are accessible."""

    total: int
    accessible: int

    @classmethod
    def for_members(cls, members: Iterable[Member]) -> "_Beds":
        accessible = [member.needs_accessible for member in members]
        return cls(len(accessible), sum(accessible))


@dataclass(frozen=True)
class _Unit:
    household: Household
    members: tuple[Member, ...]
    seats: int
    ordinary: _Beds
    isolation: _Beds

    @classmethod
    def of(cls, household: Household, members: tuple[Member, ...], laps: bool) -> "_Unit":
        on_laps = min(sum(m.infant for m in members), sum(m.adult for m in members)) if laps else 0
        return cls(
            household,
            members,
            len(members) - on_laps,
            _Beds.for_members(m for m in members if not m.isolation),
            _Beds.for_members(m for m in members if m.isolation),
        )


#: Lower is better: accessible rooms taken, beds taken, rooms taken.
_Cost = tuple[int, int, int]
#: Beds in a room, and whether it is accessible.
_Sort = tuple[int, bool]


class _Ward:
    """The free rooms of a facility that are isolation rooms, or all those that are not."""

    def __init__(self) -> None:
        self._rooms: defaultdict[_Sort, list[str]] = defaultdict(list)
        self.free = _Beds(0, 0)

    def add(self, room: Room) -> None:
        accessible = room.accessible or room.kind is RoomKind.ACCESSIBLE
        self._rooms[room.beds, accessible].append(room.id)
        self._count(room.beds, accessible)

    def has(self, beds: _Beds) -> bool:
        return self.free.total >= beds.total and self.free.accessible >= beds.accessible

    def choose(self, beds: _Beds) -> tuple[_Cost, tuple[_Sort, ...]]:
        stock = tuple(
            (sort, min(len(ids), beds.total)) for sort, ids in sorted(self._rooms.items()) if ids
        )
        return _cheapest_rooms(stock, beds)

    def take(self, sorts: Iterable[_Sort]) -> list[tuple[str, int]]:
        """(room id, beds) of one free room of each sort, accessible rooms first."""
        taken = []
        for beds, accessible in sorted(sorts, key=lambda sort: not sort[1]):
            taken.append((self._rooms[beds, accessible].pop(), beds))
            self._count(-beds, accessible)
        return taken

    def _count(self, beds: int, accessible: bool) -> None:
        more = beds if accessible else 0
        self.free = _Beds(self.free.total + beds, self.free.accessible + more)


@lru_cache(maxsize=100_000)
def _cheapest_rooms(
    stock: tuple[tuple[_Sort, int], ...], beds: _Beds
) -> tuple[_Cost, tuple[_Sort, ...]]:
    """The cheapest rooms that hold `beds`, which the stock is known to have.

    Exact: goes through the rooms one by one and keeps, for each number of beds covered, the
    cheapest way to cover them.
    """
    best: dict[tuple[int, int], tuple[_Cost, tuple[_Sort, ...]]] = {(0, 0): ((0, 0, 0), ())}
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


class _Stock:
    """What is left of the movement's seats and of the facilities' rooms."""

    def __init__(self, problem: Problem) -> None:
        self.nights = problem.movement.quarantine_nights
        self.seats = problem.movement.seats
        self._facilities: defaultdict[str, tuple[_Ward, _Ward]] = defaultdict(
            lambda: (_Ward(), _Ward())
        )
        for room in sorted(_free_rooms(problem), key=lambda room: room.id, reverse=True):
            self._facilities[room.facility_id][room.kind is RoomKind.ISOLATION].add(room)

    def shortage(self, unit: _Unit, seats: int) -> WaitingReason | None:
        """What keeps `unit` from a place when `seats` are left for it; None if it fits."""
        if unit.seats > seats:
            return WaitingReason.NO_SEAT
        if not self.nights or any(self._facilities_for(unit)):
            return None
        wards = list(self._facilities.values())
        if not any(isolation.has(unit.isolation) for _, isolation in wards):
            return WaitingReason.NO_ISOLATION_ROOM
        needed = unit.ordinary.accessible
        if not any(ordinary.free.accessible >= needed for ordinary, _ in wards):
            return WaitingReason.NO_ACCESSIBLE_ROOM
        return WaitingReason.NO_ROOM

    def take(self, unit: _Unit) -> tuple[tuple[str, str], ...]:
        """Take the seats and rooms of a unit that fits; (member id, room id) pairs."""
        self.seats -= unit.seats
        if not self.nights:
            return ()
        _, facility_id, ordinary, isolation = min(
            self._offer(unit, facility_id) for facility_id in self._facilities_for(unit)
        )
        wards = self._facilities[facility_id]
        beds = {
            **_assign(unit.members, False, wards[0].take(ordinary)),
            **_assign(unit.members, True, wards[1].take(isolation)),
        }
        return tuple((member.id, beds[member.id]) for member in unit.members)

    def _facilities_for(self, unit: _Unit) -> Iterator[str]:
        for facility_id, (ordinary, isolation) in self._facilities.items():
            if ordinary.has(unit.ordinary) and isolation.has(unit.isolation):
                yield facility_id

    def _offer(
        self, unit: _Unit, facility_id: str
    ) -> tuple[_Cost, str, tuple[_Sort, ...], tuple[_Sort, ...]]:
        ordinary, isolation = self._facilities[facility_id]
        cost, rooms = ordinary.choose(unit.ordinary)
        more, isolation_rooms = isolation.choose(unit.isolation)
        total = (cost[0] + more[0], cost[1] + more[1], cost[2] + more[2])
        return total, facility_id, rooms, isolation_rooms


def allocate(problem: Problem) -> Allocation:
    """Place as many units as fit, in order; the module says what fits and in which order."""
    stock = _Stock(problem)
    units = _units(problem)
    reasons: dict[int, WaitingReason] = {}
    placed: dict[int, Placement] = {}
    reserve = min(problem.movement.reserved_seats, stock.seats)
    for number, unit in enumerate(units):
        reason = _obstacle(unit, problem.movement)
        if reason is not None:
            reasons[number] = reason
        elif unit.household.reserved and stock.shortage(unit, reserve) is None:
            placed[number] = _placement(unit, stock, in_reserve=True)
            reserve -= unit.seats
    waiting: list[Waiting] = []
    for number, unit in enumerate(units):
        if number in placed:
            continue
        reason = reasons.get(number) or stock.shortage(unit, stock.seats)
        if reason is None:
            placed[number] = _placement(unit, stock, in_reserve=False)
        else:
            waiting.append(_waiting(unit, reason, stock.seats))
    ordered = tuple(placed[number] for number in sorted(placed))
    return Allocation(ordered, tuple(waiting), stock.seats, _binding(waiting))


def _units(problem: Problem) -> list[_Unit]:
    laps = problem.movement.infant_lap_allowed
    units = []
    for household in sorted(problem.households, key=lambda h: (h.position, h.reference)):
        together = tuple(m for m in household.members if not m.travels_apart)
        apart = [(m,) for m in household.members if m.travels_apart]
        parts = [part for part in (together, *apart) if part]
        units += [_Unit.of(household, part, laps) for part in parts]
    return units


def _obstacle(unit: _Unit, movement: MovementInput) -> WaitingReason | None:
    if unit.household.country not in movement.origin_countries:
        return WaitingReason.OTHER_COUNTRY
    return unit.household.blocked


def _free_rooms(problem: Problem) -> list[Room]:
    taken = defaultdict(set)
    for occupancy in problem.occupancy:
        taken[occupancy.room_id].add(occupancy.night)
    return [
        room
        for room in problem.rooms
        if taken[room.id].isdisjoint(_with_turnover(problem.movement, room.turnover_days))
    ]


def _with_turnover(movement: MovementInput, days: int) -> set[date]:
    around = [timedelta(days=day) for day in range(-days, days + 1)]
    return {night + shift for night in movement.quarantine_nights for shift in around}


def _assign(
    members: Iterable[Member], isolation: bool, rooms: list[tuple[str, int]]
) -> dict[str, str]:
    """A room for each member in (or not in) isolation; accessible rooms come first."""
    beds = (room_id for room_id, count in rooms for _ in range(count))
    chosen = [member for member in members if member.isolation == isolation]
    chosen.sort(key=lambda member: not member.needs_accessible)
    return {member.id: next(beds) for member in chosen}


def _placement(unit: _Unit, stock: _Stock, *, in_reserve: bool) -> Placement:
    if in_reserve:
        message = Message("Placed on a reserved seat.")
    else:
        message = Message(
            "Placed in the published order, position %(position)s.",
            {"position": unit.household.position},
        )
    return Placement(
        unit.household.request_id,
        tuple(member.id for member in unit.members),
        stock.take(unit),
        stock.nights,
        unit.seats,
        in_reserve,
        message,
    )


def _waiting(unit: _Unit, reason: WaitingReason, seats_left: int) -> Waiting:
    if reason in _BLOCKED:
        message = Message(_BLOCKED[reason])
    else:
        figures: dict[str, object] = {
            "needed": unit.seats,
            "left": seats_left,
            "beds": len(unit.members),
            "accessible": unit.ordinary.accessible,
            "isolation": unit.isolation.total,
        }
        message = Message(_SHORT[reason], figures)
    members = tuple(member.id for member in unit.members)
    return Waiting(unit.household.request_id, members, reason, message)


def _binding(waiting: Iterable[Waiting]) -> tuple[WaitingReason, ...]:
    people: Counter[WaitingReason] = Counter()
    for unit in waiting:
        if unit.reason in _SHORT:
            people[unit.reason] += len(unit.members)
    return tuple(sorted(people, key=lambda reason: (-people[reason], reason)))
