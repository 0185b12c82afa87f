"""Who is placed as a whole, what each unit needs, and which rooms are free for it.

Shared by whoever solves a `Problem`; the checker has its own understanding of the same words.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from casework.rules.allocation_problem import (
    Household,
    Member,
    MovementInput,
    Problem,
    Room,
)
from casework.vocabulary import RoomKind, WaitingReason


@dataclass(frozen=True, order=True)
class Beds:
    """Beds needed or free: in all, and those of them that are accessible."""

    total: int
    accessible: int

    @classmethod
    def for_members(cls, members: Iterable[Member]) -> "Beds":
        """One bed for each."""
        accessible = [member.needs_accessible for member in members]
        return cls(len(accessible), sum(accessible))


@dataclass(frozen=True)
class Unit:
    """A household, or who travels apart of it: placed or left waiting as a whole."""

    household: Household
    members: tuple[Member, ...]
    seats: int
    escorts: int
    ordinary: Beds
    isolation: Beds

    @classmethod
    def of(cls, household: Household, members: tuple[Member, ...], laps: bool) -> "Unit":
        """What these members of the household need."""
        on_laps = min(sum(m.infant for m in members), sum(m.adult for m in members)) if laps else 0
        escorts = sum(m.needs_escort for m in members)
        return cls(
            household,
            members,
            len(members) - on_laps + escorts,
            escorts,
            Beds.for_members(m for m in members if not m.isolation),
            Beds.for_members(m for m in members if m.isolation),
        )

    @property
    def points(self) -> int:
        """What placing it adds to the total priority: the request's points for each traveller."""
        return self.household.points * len(self.members)

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Its place in the published order; equal for the parts of one request."""
        return order_of(self.household)


def order_of(household: Household) -> tuple[bool, int, int, str]:
    """Sorts by the published order: who was pinned, then points, then position and reference."""
    return not household.pinned, -household.points, household.position, household.reference


def units_of(problem: Problem) -> list[Unit]:
    """Every unit in the published order: first the household, then who travels apart."""
    laps = problem.movement.infant_lap_allowed
    units = []
    for household in sorted(problem.households, key=order_of):
        together = tuple(m for m in household.members if not m.travels_apart)
        apart = [(m,) for m in household.members if m.travels_apart]
        parts = [part for part in (together, *apart) if part]
        units += [Unit.of(household, part, laps) for part in parts]
    return units


def obstacle(unit: Unit, movement: MovementInput) -> WaitingReason | None:
    """What keeps the unit from this movement whatever is free."""
    if unit.household.country not in movement.origin_countries:
        return WaitingReason.OTHER_COUNTRY
    return unit.household.blocked


def free_rooms(problem: Problem) -> list[Room]:
    """Rooms that nobody else needs on the movement's nights, turnover included."""
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


def is_accessible(room: Room) -> bool:
    """Whether a wheelchair user can use it."""
    return room.accessible or room.kind is RoomKind.ACCESSIBLE


def beds_by_member(
    members: Iterable[Member], isolation: bool, rooms: Iterable[tuple[str, int]]
) -> dict[str, str]:
    """A room for each member in (or not in) isolation; `rooms` come accessible ones first."""
    beds: Iterator[str] = (room_id for room_id, count in rooms for _ in range(count))
    chosen = [member for member in members if member.isolation == isolation]
    chosen.sort(key=lambda member: not member.needs_accessible)
    return {member.id: next(beds) for member in chosen}
