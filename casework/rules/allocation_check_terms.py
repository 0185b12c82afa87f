"""How the checker of allocations understands units, quotas, rooms and what is left.

Written apart from the allocator, so that a mistake of one is not a mistake of both.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casework.messages import Message
from casework.rules.allocation_problem import (
    Household,
    Member,
    MovementInput,
    Occupancy,
    Placement,
    Problem,
    Room,
    Waiting,
)
from casework.vocabulary import Payer, RoomKind

#: A unit: its request and its members' ids.
Key = tuple[str, frozenset[str]]
#: Whether a bed stands in an isolation room, and whether its room is accessible.
Bed = tuple[bool, bool]


@dataclass(frozen=True)
class Party:
    """A unit as the checker understands it; `wanted` has one bed for each member."""

    household: Household
    members: tuple[Member, ...]
    seats: int
    escorts: int
    wanted: tuple[Bed, ...]
    eligible: bool

    @property
    def key(self) -> Key:
        """Names the unit."""
        return self.household.request_id, frozenset(member.id for member in self.members)

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Sorts by the published order."""
        who = self.household
        return not who.pinned, -who.points, who.position, who.reference


class Left:
    """Seats and rooms that are still free."""

    def __init__(self, movement: MovementInput, rooms: Iterable[Room]) -> None:
        self.seats = movement.seats
        self.escorts = movement.medical_escorts
        needs_beds = bool(movement.quarantine_nights)
        self._needs_beds = needs_beds
        self._rooms = {room.id: room for room in rooms}
        self._beds: defaultdict[str, Counter[Bed]] = defaultdict(Counter)
        for room in self._rooms.values():
            self._beds[room.facility_id][bed_of(room)] += room.beds
        self._known: dict[tuple[Bed, ...], bool] = {}
        self._taken: set[str] = set()

    def take(self, party: Party, placement: Placement) -> None:
        """Seats and rooms of a placement are gone."""
        self._count(party, -1)
        for room in self._rooms_of(placement):
            if room.id not in self._taken:
                self._taken.add(room.id)
                self._beds[room.facility_id][bed_of(room)] -= room.beds

    def give_back(self, party: Party, placement: Placement) -> None:
        """They are free again."""
        self._count(party, 1)
        for room in self._rooms_of(placement):
            self._taken.discard(room.id)
            self._beds[room.facility_id][bed_of(room)] += room.beds

    def _count(self, party: Party, sign: int) -> None:
        self.seats += sign * party.seats
        if self.escorts is not None:
            self.escorts += sign * party.escorts
        self._known.clear()

    def _rooms_of(self, placement: Placement) -> list[Room]:
        taken = {room_id for _, room_id in placement.rooms}
        return [self._rooms[room_id] for room_id in sorted(taken & self._rooms.keys())]

    def fits(self, party: Party, seats: int) -> bool:
        """Whether the unit would find its seats among `seats` and beds in one facility."""
        if not party.eligible or party.seats > min(seats, self.seats):
            return False
        if self.escorts is not None and party.escorts > self.escorts:
            return False
        if not self._needs_beds:
            return True
        if party.wanted not in self._known:
            self._known[party.wanted] = any(
                _sleeps(party.wanted, beds) for beds in self._beds.values()
            )
        return self._known[party.wanted]


def parties(problem: Problem) -> Iterator[Party]:
    """Every unit, in the published order."""
    movement = problem.movement
    for household in sorted(
        problem.households, key=lambda h: (not h.pinned, -h.points, h.position, h.reference)
    ):
        groups: dict[str, list[Member]] = {"": []}
        for member in household.members:
            groups.setdefault(member.id if member.travels_apart else "", []).append(member)
        for members in filter(None, groups.values()):
            infants = sum(1 for m in members if m.infant)
            escorts = sum(1 for m in members if m.needs_escort)
            laps = sum(1 for m in members if m.adult) if movement.infant_lap_allowed else 0
            yield Party(
                household,
                tuple(members),
                len(members) - min(infants, laps) + escorts,
                escorts,
                tuple(sorted((m.isolation, m.needs_accessible) for m in members)),
                household.blocked is None and household.country in movement.origin_countries,
            )


def quota_of(placement: Placement) -> tuple[bool, Payer | None]:
    """Whether the seats come from a quota, and whose; None are the reserved places."""
    return placement.in_reserve or placement.funder is not None, placement.funder


def entitled(party: Party, payer: Payer | None) -> bool:
    """Whether the quota serves the unit."""
    return party.household.reserved if payer is None else party.household.payer is payer


def sort_of(party: Party) -> object:
    """Equal for units of which the first in order may stand for all."""
    who = party.household
    return party.seats, party.escorts, party.wanted, who.reserved, who.payer


def _sleeps(wanted: Iterable[Bed], beds: Counter[Bed]) -> bool:
    left = dict(beds)
    for isolation, accessible in sorted(wanted, key=lambda bed: not bed[1]):
        choices = [(isolation, True)] if accessible else [(isolation, False), (isolation, True)]
        bed = next((choice for choice in choices if left.get(choice, 0) > 0), None)
        if bed is None:
            return False
        left[bed] -= 1
    return True


def bed_of(room: Room) -> Bed:
    """What its beds are."""
    return room.kind is RoomKind.ISOLATION, room.accessible or room.kind is RoomKind.ACCESSIBLE


def intruders(problem: Problem) -> dict[str, list[Occupancy]]:
    """By room, the occupied nights that leave it no time for the movement's nights."""
    nights = sorted(problem.movement.quarantine_nights)
    turnover = {room.id: timedelta(days=room.turnover_days) for room in problem.rooms}
    found: defaultdict[str, list[Occupancy]] = defaultdict(list)
    for occupancy in problem.occupancy:
        if _is_near(occupancy.night, nights, turnover.get(occupancy.room_id, timedelta())):
            found[occupancy.room_id].append(occupancy)
    return dict(found)


def _is_near(night: date, nights: Sequence[date], gap: timedelta) -> bool:
    place = bisect_left(nights, night - gap)
    return place < len(nights) and nights[place] <= night + gap


def key_of(unit: Placement | Waiting) -> Key:
    """The unit that an answer speaks of."""
    return unit.request_id, frozenset(unit.members)


def about(party: Party, what: Message) -> Message:
    """Words about one unit."""
    return Message(
        "Request %(request)s: %(what)s", {"request": party.household.reference, "what": what}
    )
