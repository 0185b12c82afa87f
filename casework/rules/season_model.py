"""The season as a flow of like parties: a bound for every plan, and how many of a kind go when.

Whole numbers `runs[kind, movement, rooms]` say how many parties of a kind travel on a movement in
rooms of these sorts. Seats and, night by night, rooms of each sort limit them. As like parties
differ only in their points and in the day they were lodged, it is enough to know how many of each
travel at all: places on later movements are open to whoever was lodged before, so the places of a
kind form a chain, from the last movement back to the first, along which unused ones are passed on
to those lodged later than none. Taking the best waiting party at each place reaches the sum that
the model counts (ADR 0021).

Facilities do not appear: a party in two rooms may find them in different houses here. So the bound
holds for every plan, while making the plan may lose a little.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from casework.rules.season_greedy import Board
from casework.rules.season_shape import Pattern, Sort, sort_of

#: A kind, the place of a movement, and the rooms each of its parties has there.
Run = tuple[int, int, Pattern]
#: More rooms, and more parties, than any season has.
ROOMS = 100_000
PARTIES = 1_000_000


@dataclass(frozen=True)
class Group:
    """Parties of a kind with the same points, first able to travel on the same movement.

    `value`: the points of all travellers of one party.
    """

    kind: int
    first: int
    value: int
    count: int


@dataclass(frozen=True)
class Flow:
    """The model: what may run, what limits it, and who gains by it.

    `places`: for each kind the movements it can take, in order. `seats`: those left, by movement.
    `nights`: at most so many rooms of a sort are taken by all these movements together.
    """

    runs: tuple[Run, ...]
    groups: tuple[Group, ...]
    places: dict[int, tuple[int, ...]]
    seats_of: dict[tuple[int, int], int]
    seats: dict[int, int]
    nights: tuple[tuple[Sort, tuple[int, ...], int], ...]


def build_flow(board: Board) -> Flow:
    """The model of everything that is left on `board`."""
    season = board.season
    groups = _groups(board)
    first: dict[int, int] = {}
    for group in groups:
        first[group.kind] = min(group.first, first.get(group.kind, group.first))
    places = {
        kind: tuple(place for place in season.kinds[kind].seats if place >= earliest)
        for kind, earliest in first.items()
    }
    runs = tuple(
        (kind, place, pattern)
        for kind, open_ in places.items()
        for place in open_
        for pattern in board.stock.ways(season.kinds[kind].beds, place)
    )
    seats_of = {
        (kind, place): season.kinds[kind].seats[place]
        for kind, open_ in places.items()
        for place in open_
    }
    return Flow(runs, groups, places, seats_of, dict(enumerate(board.seats)), tuple(_nights(board)))


def _groups(board: Board) -> tuple[Group, ...]:
    season = board.season
    counts: Counter[tuple[int, int, int]] = Counter()
    for number, party in enumerate(season.parties):
        kind = season.kind_of[number]
        possible = season.first_possible(number)
        first = next((p for p in season.kinds[kind].seats if p >= possible), None)
        if number not in board.placed and first is not None:
            counts[kind, first, party.value] += 1
    return tuple(Group(*key, count) for key, count in sorted(counts.items()))


def _nights(board: Board) -> Iterator[tuple[Sort, tuple[int, ...], int]]:
    """Rooms left on every night on which somebody may arrive, by sort.

    Between two arrivals nothing is taken, so those nights limit most. The turnover after a stay
    counts as part of it.
    """
    season = board.season
    turnover = timedelta(days=min((r.turnover_days for r in season.problem.rooms), default=0))
    stays = [(d.first_night, d.last_night) for d in season.departures]
    for night in sorted({first for first, _ in stays if first}):
        here = tuple(
            place
            for place, (first, last) in enumerate(stays)
            if first and last and first <= night <= last + turnover
        )
        free = _free_rooms(board, night, here)
        for sort in board.stock.sorts:
            yield sort, here, free[sort]


def _free_rooms(board: Board, night: date, here: Sequence[int]) -> Counter[Sort]:
    season = board.season
    taken = {o.room_id for o in season.problem.occupancy if o.night == night}
    free = Counter(sort_of(room) for room in season.problem.rooms if room.id not in taken)
    present = set(here)
    for placed in board.placed.values():
        if placed.place in present:
            free.subtract(board.stock.pattern_of(placed.rooms))
    return free


class Solver(Protocol):
    """What the model needs of a solver, whichever it is."""

    def number(self, most: float) -> Any:
        """A variable from 0 to `most`."""

    def at_most(self, terms: Sequence[tuple[Any, int]], most: int) -> None:
        """The sum of factor times variable is at most `most`."""

    def is_zero(self, terms: Sequence[tuple[Any, int]]) -> None:
        """The sum of factor times variable is nothing."""


def state(flow: Flow, solver: Solver, runs: Iterable[Run]) -> tuple[dict[Run, Any], list[Any]]:
    """Say the model to a solver, with these runs alone: their variables and the groups'."""
    most = {place: max(seats, 0) for place, seats in flow.seats.items()}
    run_of = {run: solver.number(most[run[1]]) for run in runs}
    taken = [solver.number(group.count) for group in flow.groups]
    _limit_seats(flow, solver, run_of)
    _limit_rooms(flow, solver, run_of)
    _chain(flow, solver, run_of, taken)
    return run_of, taken


def _limit_seats(flow: Flow, solver: Solver, runs: dict[Run, Any]) -> None:
    aboard: defaultdict[int, list[tuple[Any, int]]] = defaultdict(list)
    for run, variable in runs.items():
        aboard[run[1]].append((variable, flow.seats_of[run[:2]]))
    for place, terms in aboard.items():
        solver.at_most(terms, max(flow.seats[place], 0))


def _limit_rooms(flow: Flow, solver: Solver, runs: dict[Run, Any]) -> None:
    users: defaultdict[tuple[int, Sort], list[tuple[Any, int]]] = defaultdict(list)
    for run, variable in runs.items():
        for sort, count in Counter(run[2]).items():
            users[run[1], sort].append((variable, count))
    used = {}
    for (place, sort), terms in users.items():
        used[place, sort] = solver.number(ROOMS)
        solver.is_zero([*terms, (used[place, sort], -1)])
    for sort, here, most in flow.nights:
        rooms = [(used[place, sort], 1) for place in here if (place, sort) in used]
        if rooms:
            solver.at_most(rooms, max(most, 0))


def _chain(flow: Flow, solver: Solver, runs: dict[Run, Any], taken: Sequence[Any]) -> None:
    """From the last movement of a kind to its first: passed on = places - travellers."""
    here: defaultdict[tuple[int, int], list[tuple[Any, int]]] = defaultdict(list)
    for run, variable in runs.items():
        here[run[:2]].append((variable, 1))
    for group, variable in zip(flow.groups, taken, strict=True):
        here[group.kind, group.first].append((variable, -1))
    for kind, places in flow.places.items():
        later: list[tuple[Any, int]] = []
        for place in reversed(places):
            passed_on = solver.number(PARTIES)
            solver.is_zero([*later, *here[kind, place], (passed_on, -1)])
            later = [(passed_on, 1)]
