"""Parties that are alike, and what a party of each kind takes from a movement.

Parties are **alike** when they need the same seats on the same movements and the same beds; then
any of them may take another's place from the day it is lodged on.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from casework.rules.allocation_problem import Room
from casework.rules.season_problem import Departure, Party, SeasonProblem
from casework.vocabulary import RoomKind

#: Isolation room, accessible, beds: rooms of one sort serve alike.
Sort = tuple[bool, bool, int]
#: The rooms of one party, by sort, in order.
Pattern = tuple[Sort, ...]


@dataclass(frozen=True, order=True)
class Beds:
    """Beds a party needs: ordinary and isolation ones, and how many of each accessible."""

    ordinary: int
    ordinary_accessible: int
    isolation: int
    isolation_accessible: int


@dataclass(frozen=True)
class Kind:
    """What all parties of a kind need: `seats` on each movement they can take, by its place."""

    seats: dict[int, int]
    beds: Beds


class Season:
    """A problem with its movements in the order of departure and its parties sorted into kinds.

    `queues` holds the parties of each kind in the published order.
    """

    def __init__(self, problem: SeasonProblem) -> None:
        self.problem = problem
        self.departures = sorted(problem.departures, key=lambda d: (d.departs_on, d.id))
        self.parties = sorted(problem.parties, key=lambda p: (p.position, sorted(p.key[1])))
        self.days = [departure.departs_on for departure in self.departures]
        self.kinds: list[Kind] = []
        self.kind_of: list[int] = []
        self._numbers: dict[object, int] = {}
        self._from: defaultdict[str, list[int]] = defaultdict(list)
        for place, departure in enumerate(self.departures):
            for country in departure.origin_countries:
                self._from[country].append(place)
        for party in self.parties:
            self.kind_of.append(self._kind(party))
        self.queues: list[list[int]] = [[] for _ in self.kinds]
        for number, kind in enumerate(self.kind_of):
            self.queues[kind].append(number)

    def first_possible(self, party: int) -> int:
        """The place of the first movement on or after the day the party's request was lodged."""
        return bisect_left(self.days, self.parties[party].submitted_on)

    def _kind(self, party: Party) -> int:
        profile = tuple(sorted((m.infant_until, m.adult_from) for m in party.members))
        beds = beds_of(party)
        key = (party.country, profile, beds, party.blocked is None, party.barred)
        if key not in self._numbers:
            seats = {} if party.blocked else dict(self._seats(party))
            kind = (tuple(seats.items()), beds)
            if kind not in self._numbers:
                self._numbers[kind] = len(self.kinds)
                self.kinds.append(Kind(seats, beds))
            self._numbers[key] = self._numbers[kind]
        return self._numbers[key]

    def _seats(self, party: Party) -> Iterator[tuple[int, int]]:
        for place in self._from[party.country]:
            departure = self.departures[place]
            if departure.id not in party.barred:
                yield place, seats_on(party, departure)


def seats_on(party: Party, departure: Departure) -> int:
    """Seats the party needs: infants sit on laps where allowed, one to an adult."""
    day = departure.departs_on
    laps = 0
    if departure.infant_lap_allowed:
        infants = sum(day < member.infant_until for member in party.members)
        laps = min(infants, sum(day >= member.adult_from for member in party.members))
    return len(party.members) - laps


def beds_of(party: Party) -> Beds:
    """A bed for each member, infants too."""
    apart = [m.needs_accessible for m in party.members if m.isolation]
    others = [m.needs_accessible for m in party.members if not m.isolation]
    return Beds(len(others), sum(others), len(apart), sum(apart))


def sort_of(room: Room) -> Sort:
    """The sort of a room."""
    accessible = room.accessible or room.kind is RoomKind.ACCESSIBLE
    return room.kind is RoomKind.ISOLATION, accessible, room.beds


@lru_cache(maxsize=10_000)
def patterns(beds: Beds, sorts: tuple[Sort, ...]) -> tuple[Pattern, ...]:
    """Every way to house a party in rooms of these sorts, none of which could be left out.

    The cheapest first: fewest accessible rooms, then fewest beds, then fewest rooms.
    """
    ordinary = _covers(beds.ordinary, beds.ordinary_accessible, [s for s in sorts if not s[0]])
    isolation = _covers(beds.isolation, beds.isolation_accessible, [s for s in sorts if s[0]])
    found = [first + second for first in ordinary for second in isolation]
    return tuple(sorted(found, key=lambda rooms: (*cost(rooms), rooms)))


def cost(rooms: Sequence[Sort]) -> tuple[int, int, int]:
    """Accessible rooms, beds and rooms taken."""
    return sum(sort[1] for sort in rooms), sum(sort[2] for sort in rooms), len(rooms)


def _covers(beds: int, accessible: int, sorts: Sequence[Sort]) -> list[Pattern]:
    found: list[Pattern] = []
    if accessible == 0 or any(sort[1] for sort in sorts):
        _extend((), sorts, beds, accessible, found)
    return found


def _extend(
    chosen: Pattern, sorts: Sequence[Sort], beds: int, accessible: int, found: list[Pattern]
) -> None:
    if _covered(chosen, beds, accessible):
        if not any(
            _covered(chosen[:place] + chosen[place + 1 :], beds, accessible)
            for place in range(len(chosen))
        ):
            found.append(chosen)
        return
    only_accessible = sum(sort[2] for sort in chosen) >= beds
    for place, sort in enumerate(sorts):
        if sort[1] or not only_accessible:
            _extend((*chosen, sort), sorts[place:], beds, accessible, found)


def _covered(chosen: Pattern, beds: int, accessible: int) -> bool:
    return (
        sum(sort[2] for sort in chosen) >= beds
        and sum(sort[2] for sort in chosen if sort[1]) >= accessible
    )
