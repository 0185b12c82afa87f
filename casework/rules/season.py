"""Plans a whole season: how many like parties go when, then who they are and where they sleep.

`season_problem` says what is asked, `season_model` what is solved. The numbers become a plan in
three steps: every place of a run is given rooms, movement by movement; everybody who waits is
tried once more in the published order; and the places of each kind are given to its parties, the
first in the order to the first movement after it was lodged. The plan is never worse than taking
the highest score first: where it would be, that plan stands.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version

from casework.rules.allocation_problem import Room
from casework.rules.season_check import check_season
from casework.rules.season_greedy import (
    Board,
    Placed,
    by_score,
    first_come,
    place_in_turn,
    place_reserved,
)
from casework.rules.season_model import Run, build_flow
from casework.rules.season_problem import Party, SeasonPlan, SeasonProblem, Trip
from casework.rules.season_shape import Season, sort_of
from casework.rules.season_solving import SEED, WORK, Relaxed, relax, settle

FLOW, GREEDY = "flow", "greedy"
#: Told how many of `STEPS` steps are done; may raise to stop.
Progress = Callable[[int], None]
STEPS = 5


def plan_season(problem: SeasonProblem, progress: Progress = lambda _: None) -> SeasonPlan:
    """The plan with the most points that is found, and how far from the best it may be."""
    season = Season(problem)
    greedy, simple = by_score(season), first_come(season)
    progress(1)
    board = Board.empty(season)
    place_reserved(board)
    flow = build_flow(board)
    relaxed = relax(flow) if flow.runs else Relaxed(0.0, {})
    progress(2)
    runs = settle(flow, relaxed, _runs_of(greedy)) if flow.runs else {}
    progress(3)
    made = [_made(season, board, each) for each in (runs, _whole(relaxed))]
    progress(4)

    def as_plan(found: Board, status: str) -> SeasonPlan:
        return SeasonPlan(
            tuple(_trips(found)),
            points=found.points,
            bound=board.points + relaxed.bound,
            greedy_points=greedy.points,
            first_come_points=simple.points,
            status=status,
            parameters={"seed": SEED, "work": WORK, "ortools": version("ortools")},
        )

    plans = [as_plan(each, FLOW) for each in made if each is not None]
    for plan in sorted(plans, key=lambda plan: -plan.points):
        if plan.points >= greedy.points and not check_season(problem, plan):
            return plan
    return as_plan(greedy, GREEDY)


def _whole(relaxed: Relaxed) -> dict[Run, int]:
    return {run: int(value) for run, value in relaxed.runs.items() if value >= 1}


def _runs_of(board: Board) -> Counter[Run]:
    """What a plan comes to in the numbers of the model."""
    return Counter(
        (board.season.kind_of[party], placed.place, board.stock.pattern_of(placed.rooms))
        for party, placed in board.placed.items()
        if not placed.in_reserve
    )


def _made(season: Season, reserved: Board, runs: Mapping[Run, int]) -> Board | None:
    """A plan of these numbers; None when the reserved places lost their rooms on the way."""
    places: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for (kind, place, _), count in runs.items():
        places[kind][place] += count
    waiting = set(range(len(season.parties))) - set(reserved.placed)
    named = _named(season, places, waiting)
    board = _housed(season, reserved, runs, named)
    if board is None:
        return None
    before = -1
    while len(board.placed) > before:
        before = len(board.placed)
        place_in_turn(board, range(len(season.parties)))
        _put_in_order(board)  # may leave somebody waiting whom a place left over would suit
    return board


def _named(
    season: Season, places: Mapping[int, Mapping[int, int]], waiting: set[int]
) -> dict[tuple[int, int], list[int]]:
    """Who takes the places of each kind on each movement: at each, the first in the order."""
    found: dict[tuple[int, int], list[int]] = {}
    for kind, counts in places.items():
        queue = [party for party in season.queues[kind] if party in waiting]
        for place in sorted(counts):
            able = (party for party in queue if season.first_possible(party) <= place)
            chosen = [party for _, party in zip(range(counts[place]), able, strict=False)]
            found[kind, place] = chosen
            gone = set(chosen)
            queue = [party for party in queue if party not in gone]
    return found


def _housed(
    season: Season,
    reserved: Board,
    runs: Mapping[Run, int],
    named: Mapping[tuple[int, int], list[int]],
) -> Board | None:
    """Rooms for everybody, in the order of arrival, parties in several rooms first.

    Who finds none waits, but for a reserved place.
    """
    board = Board.empty(season)
    kept: defaultdict[int, list[Placed]] = defaultdict(list)
    for placed in reserved.placed.values():
        kept[placed.place].append(placed)
    here: defaultdict[int, list[Run]] = defaultdict(list)
    for run, count in sorted(runs.items()):
        here[run[1]] += [run] * count
    for place in _by_arrival(season):
        for placed in sorted(kept[place], key=lambda p: (-len(p.rooms), p.party)):
            pattern = board.stock.pattern_of(placed.rooms)
            rooms = board.stock.find(place, pattern) or board.fits(placed.party, place)
            if rooms is None:
                return None
            board.put(Placed(placed.party, place, rooms, in_reserve=True))
        takers = {key: iter(parties) for key, parties in named.items() if key[1] == place}
        for kind, _, pattern in sorted(here[place], key=lambda run: -len(run[2])):
            rooms = board.stock.find(place, pattern)
            party = None if rooms is None else next(takers[kind, place], None)
            if party is not None and rooms is not None:
                board.put(Placed(party, place, rooms))
    return board


def _by_arrival(season: Season) -> list[int]:
    return sorted(
        range(len(season.departures)),
        key=lambda place: (season.departures[place].first_night or season.days[place], place),
    )


def _put_in_order(board: Board) -> None:
    """Like parties change places until the first in the order goes first."""
    slots: defaultdict[int, defaultdict[int, list[tuple[str, ...]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    free = [placed for placed in board.placed.values() if not placed.in_reserve]
    for placed in free:
        slots[board.season.kind_of[placed.party]][placed.place].append(placed.rooms)
        del board.placed[placed.party]
    waiting = set(range(len(board.season.parties))) - set(board.placed)
    counts = {
        kind: {place: len(rooms) for place, rooms in by_place.items()}
        for kind, by_place in slots.items()
    }
    for (kind, place), parties in _named(board.season, counts, waiting).items():
        for party, rooms in zip(parties, sorted(slots[kind][place]), strict=False):
            board.placed[party] = Placed(party, place, rooms)


def _trips(board: Board) -> Iterable[Trip]:
    season = board.season
    rooms = {room.id: room for room in season.problem.rooms}
    for number in sorted(board.placed):
        placed, party = board.placed[number], season.parties[number]
        departure = season.departures[placed.place]
        yield Trip(
            party.request_id,
            tuple(member.id for member in party.members),
            departure.id,
            season.kinds[season.kind_of[number]].seats[placed.place],
            _beds(party, [rooms[room_id] for room_id in placed.rooms]),
            departure.first_night,
            departure.last_night,
            placed.in_reserve,
        )


def _beds(party: Party, rooms: Sequence[Room]) -> tuple[tuple[str, str], ...]:
    """A room for each member; accessible rooms first, to those who need them."""
    found: dict[str, str] = {}
    for isolation in (False, True) if rooms else ():
        mine = sorted(
            (room for room in rooms if sort_of(room)[0] == isolation),
            key=lambda room: (not sort_of(room)[1], room.id),
        )
        beds = (room.id for room in mine for _ in range(room.beds))
        members = [member for member in party.members if member.isolation == isolation]
        for member in sorted(members, key=lambda member: not member.needs_accessible):
            found[member.id] = next(beds)
    return tuple((member.id, found[member.id]) for member in party.members if found)
