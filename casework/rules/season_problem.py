"""What the plan of a whole season is asked, and what it answers.

Everybody who waits and every movement that is planned stand in one problem. A **party** is a
household without those of its members who travel apart, or one member who does. It travels whole,
on at most one movement, or waits. It fits on a movement when all of this holds:

1. The movement leaves from its country, on or after the day its request was lodged, and nothing
   keeps it from this movement (no travel document, not fit to fly that day, left out by decision).
2. The seats it needs on the day of departure are left. Each member needs one, but where laps are
   allowed each adult (18) may hold one infant (under 2).
3. It needs no bed (no quarantine nights), or **one** facility has rooms free for it on every night,
   with a bed for each member, infants too. Isolation rooms hold members in isolation and nobody
   else; who needs an accessible room gets one. Rooms are never shared between parties.

A room is free on the nights of a movement when nobody else has it on any of them, nor within its
turnover days before or after.

Points are those of the published order on the day of planning: one figure for a request, the same
whenever it travels, so that no plan gains by letting people wait. Each traveller counts with the
points of the request, as on a single movement; the plan seeks the greatest sum over all who travel.

Reserved seats come first: movement by movement in the order of departure, the parties with a
reserved place are taken in the published order as far as the movement's reserved seats reach.
What they leave goes to all.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from casework.rules.allocation_problem import Occupancy, Room
from casework.vocabulary import WaitingReason

#: A party: its request and its members' ids.
PartyKey = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Traveller:
    """One member. Before `infant_until` he may sit on a lap, from `adult_from` he may hold one."""

    id: str
    needs_accessible: bool = False
    isolation: bool = False
    infant_until: date = date.min
    adult_from: date = date.min


@dataclass(frozen=True)
class Party:
    """Who travels together. `position`: the request's place in the published order.

    `blocked`: why it cannot travel at all. `barred`: movements that it cannot take.
    """

    request_id: str
    reference: str
    position: int
    country: str
    submitted_on: date
    points: int
    members: tuple[Traveller, ...]
    reserved: bool = False
    blocked: WaitingReason | None = None
    barred: frozenset[str] = frozenset()

    @cached_property
    def key(self) -> PartyKey:
        """Names the party."""
        return self.request_id, frozenset(member.id for member in self.members)

    @property
    def value(self) -> int:
        """The points of all its travellers."""
        return self.points * len(self.members)


@dataclass(frozen=True)
class Departure:
    """A planned movement, and what is left of it.

    `seats` are free, `reserved_seats` of them kept for reserved places. Without quarantine
    `first_night` and `last_night` are None; both are slept.
    """

    id: str
    reference: str
    departs_on: date
    seats: int
    origin_countries: frozenset[str]
    first_night: date | None = None
    last_night: date | None = None
    reserved_seats: int = 0
    infant_lap_allowed: bool = True


@dataclass(frozen=True)
class SeasonProblem:
    """Everything a plan depends on."""

    departures: tuple[Departure, ...]
    rooms: tuple[Room, ...]
    occupancy: tuple[Occupancy, ...]
    parties: tuple[Party, ...]


@dataclass(frozen=True)
class Trip:
    """A party on its movement: `rooms` are (member id, room id), empty without quarantine.

    `in_reserve`: its seats were taken from the reserved ones.
    """

    request_id: str
    members: tuple[str, ...]
    departure_id: str
    seats: int
    rooms: tuple[tuple[str, str], ...]
    first_night: date | None
    last_night: date | None
    in_reserve: bool = False

    @property
    def key(self) -> PartyKey:
        """Names the party."""
        return self.request_id, frozenset(self.members)

    @property
    def room_ids(self) -> tuple[str, ...]:
        """Its rooms, each once."""
        return tuple(sorted({room_id for _, room_id in self.rooms}))


@dataclass(frozen=True)
class SeasonPlan:
    """The answer: who travels when and sleeps where; everybody else waits.

    `points` is the sum over all trips. `bound`: no plan that keeps the rules has more.
    `greedy_points` and `first_come_points` are what the two simpler ways reach: the highest score
    first, and who lodged first, each on the first movement that fits. `status` says how it was
    found: `flow`, or `greedy` when that was the better.
    """

    trips: tuple[Trip, ...]
    points: int
    bound: int
    greedy_points: int
    first_come_points: int
    status: str
    parameters: dict[str, int | float | str] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """How far the plan may be from the best, as a share of the bound."""
        return (self.bound - self.points) / self.bound if self.bound else 0.0
