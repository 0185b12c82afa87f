"""The allocation as whole numbers for OR-Tools CP-SAT: how many of each like are placed where.

Units alike in all that the limits see (travellers, seats, escorts, beds, quotas) and in points
form a block; rooms alike form a sort. The model counts instead of naming: units of each block, and
of each bed need in each facility the ways to cover it by rooms of each sort. It stays exact, since
units of a block, and rooms of a sort, can be exchanged for one another.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import floor
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from casework.rules.allocation_draft import Draft, Quota
from casework.rules.allocation_stock import Sort, Ward
from casework.rules.allocation_units import Beds, Unit

#: Sums and variables of the solver, which has no types for both.
Expression = Any
#: What rooms cost: an accessible one, each bed, each room.
_ACCESSIBLE, _BED, _ROOM = 1_000_000, 1_000, 1


@dataclass(frozen=True)
class Parameters:
    """What a solve depends on besides its problem, so that it can be repeated to the same answer.

    `limit`: work of each stage in the solver's deterministic time, about seconds on one core.
    One worker with a fixed seed always goes the same way.
    """

    seed: int = 2020
    workers: int = 1
    limit: float = 8.0

    def solver(self) -> cp_model.CpSolver:
        """A solver set up so."""
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = self.seed
        solver.parameters.num_workers = self.workers
        solver.parameters.interleave_search = self.workers > 1
        solver.parameters.max_deterministic_time = self.limit
        return solver


class Need(NamedTuple):
    """Beds that a unit needs in one facility."""

    ordinary: Beds
    isolation: Beds


@dataclass(frozen=True)
class Block:
    """Units that are alike, in the published order, by number; `first` stands for all."""

    first: Unit
    numbers: tuple[int, ...]
    quotas: tuple[Quota, ...]

    @property
    def need(self) -> Need:
        """Beds for one of them."""
        return need_of(self.first)


def need_of(unit: Unit) -> Need:
    """Beds that the unit needs."""
    return Need(unit.ordinary, unit.isolation)


def blocks_of(draft: Draft, only: Callable[[Unit], bool] | None = None) -> list[Block]:
    """All who could travel, in blocks; of those alike but for points no more than seats allow.

    `only` says of whom alone to ask.
    """
    alike: defaultdict[object, list[int]] = defaultdict(list)
    for number, unit in draft.candidates():
        if 0 < unit.seats <= draft.stock.seats and (only is None or only(unit)):
            alike[likeness(unit, draft.quotas)].append(number)
    blocks = []
    for numbers in alike.values():
        first = draft.units[numbers[0]]
        by_points: defaultdict[int, list[int]] = defaultdict(list)
        for number in numbers[: draft.stock.seats // first.seats]:
            by_points[draft.units[number].points].append(number)
        quotas = tuple(quota for quota in draft.quotas if quota.serves(first))
        blocks += [Block(draft.units[few[0]], tuple(few), quotas) for few in by_points.values()]
    return blocks


def likeness(unit: Unit, quotas: Sequence[Quota]) -> object:
    """Equal for units that the limits cannot tell apart."""
    served = tuple(quota for quota in quotas if quota.serves(unit))
    size = (len(unit.members), unit.seats, unit.escorts)
    return size, unit.ordinary, unit.isolation, served, unit.household.pinned


@lru_cache(maxsize=10_000)
def covers(
    stock: tuple[tuple[Sort, int], ...], beds: Beds
) -> tuple[tuple[tuple[Sort, int], ...], ...]:
    """Every way to hold `beds` by rooms of the stock of which none can be spared."""
    found = []
    for chosen in _coverings(stock, beds.total, beds.accessible):
        total = sum(sort[0] * count for sort, count in chosen)
        accessible = sum(sort[0] * count for sort, count in chosen if sort[1])
        if not any(
            total - sort[0] >= beds.total and accessible - sort[0] * sort[1] >= beds.accessible
            for sort, _ in chosen
        ):
            found.append(chosen)
    return tuple(found)


def _coverings(
    stock: tuple[tuple[Sort, int], ...], total: int, accessible: int
) -> Iterator[tuple[tuple[Sort, int], ...]]:
    if total <= 0 and accessible <= 0:
        yield ()
    elif stock:
        (sort, count), *others = stock
        most = min(count, -(-max(total, accessible) // sort[0]))
        for number in range(most + 1):
            beds = number * sort[0]
            rest = _coverings(tuple(others), total - beds, accessible - beds * sort[1])
            for chosen in rest:
                yield ((sort, number), *chosen) if number else chosen


@dataclass
class RoomPlan:
    """Variables of the rooms: units of each need by facility, and how each ward holds them."""

    facility: dict[tuple[Need, str], Expression] = field(default_factory=dict)
    ways: dict[tuple[str, int, Beds, tuple[tuple[Sort, int], ...]], Expression] = field(
        default_factory=dict
    )
    used: defaultdict[tuple[str, int, Sort], list[Expression]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def cost(self) -> Expression:
        """Accessible rooms first, then beds, then rooms."""
        return sum(
            variable
            * sum(count * (_ACCESSIBLE * sort[1] + _BED * sort[0] + _ROOM) for sort, count in way)
            for (_, _, _, way), variable in self.ways.items()
        )


def plan_rooms(
    model: cp_model.CpModel,
    wards: Mapping[str, tuple[Ward, Ward]],
    wanted: Mapping[Need, Expression],
    most: Mapping[Need, int],
) -> RoomPlan:
    """Hold `wanted` units of each need, at most `most`, in the free rooms of the facilities."""
    plan = RoomPlan()
    in_ward: defaultdict[tuple[str, int, Beds], list[Expression]] = defaultdict(list)
    for need, count in wanted.items():
        places = []
        for facility in _facilities_for(need, wards):
            variable = model.new_int_var(0, most[need], "")
            plan.facility[need, facility] = variable
            places.append(variable)
            for side, beds in enumerate(need):
                in_ward[facility, side, beds].append(variable)
        model.add(sum(places) == count)
    _hold(model, wards, in_ward, plan)
    return plan


def _hold(
    model: cp_model.CpModel,
    wards: Mapping[str, tuple[Ward, Ward]],
    in_ward: Mapping[tuple[str, int, Beds], list[Expression]],
    plan: RoomPlan,
) -> None:
    """Give the units of each ward rooms it has."""
    for (facility, side, beds), units in in_ward.items():
        if not beds.total:
            continue
        ways = _ways(wards[facility][side], beds)
        variables = [model.new_int_var(0, least, "") for _, least in ways]
        model.add(sum(variables) == sum(units))
        for (way, _), variable in zip(ways, variables, strict=True):
            plan.ways[facility, side, beds, way] = variable
            for sort, number in way:
                plan.used[facility, side, sort].append(number * variable)
    for (facility, side, sort), parts in plan.used.items():
        model.add(sum(parts) <= wards[facility][side].stock()[sort])


def _facilities_for(need: Need, wards: Mapping[str, tuple[Ward, Ward]]) -> list[str]:
    """Facilities with so many beds free, by name."""
    return [
        facility
        for facility, pair in sorted(wards.items())
        if all(ward.has(beds) for ward, beds in zip(pair, need, strict=True))
    ]


def _ways(ward: Ward, beds: Beds) -> list[tuple[tuple[tuple[Sort, int], ...], int]]:
    """Ways to hold the beds, each with how often the ward's rooms allow it."""
    stock = ward.stock()
    capped = tuple((sort, min(count, beds.total)) for sort, count in stock.items())
    return [
        (way, min(stock[sort] // number for sort, number in way)) for way in covers(capped, beds)
    ]


class Model:
    """The whole problem: `counts[block number, quota]` units of a block, on seats of the quota."""

    def __init__(self, draft: Draft, only: Callable[[Unit], bool] | None = None) -> None:
        self.cp = cp_model.CpModel()
        self.blocks = blocks_of(draft, only)
        self.rooms = RoomPlan()
        self.counts: dict[tuple[int, Quota | None], Expression] = {}
        self.found: dict[tuple[int, Quota | None], int] = {}
        #: a traveller more decides between answers of the same total priority
        self.scale = 2 * draft.stock.seats + 1
        for number, block in enumerate(self.blocks):
            size = len(block.numbers)
            parts = [self.cp.new_int_var(0, size, "") for _ in (None, *block.quotas)]
            for quota, part in zip((None, *block.quotas), parts, strict=True):
                self.counts[number, quota] = part
            if block.quotas:
                self.cp.add(sum(parts) <= size)
        self._limit_seats(draft)
        if draft.stock.nights:
            self._limit_rooms(draft)

    def _limit_seats(self, draft: Draft) -> None:
        self.cp.add(self._sum(self.counts, lambda unit: unit.seats) <= draft.stock.seats)
        self.cp.add(self._sum(self.counts, lambda unit: unit.escorts) <= draft.stock.escorts)
        for quota in draft.quotas:
            mine = [key for key in self.counts if key[1] == quota]
            self.cp.add(self._sum(mine, lambda unit: unit.seats) <= quota.seats)

    def _limit_rooms(self, draft: Draft) -> None:
        wanted: defaultdict[Need, list[Expression]] = defaultdict(list)
        most: Counter[Need] = Counter()
        for (number, _), count in self.counts.items():
            wanted[self.blocks[number].need].append(count)
        for block in self.blocks:
            most[block.need] += len(block.numbers)
        sums = {need: sum(counts) for need, counts in wanted.items()}
        self.rooms = plan_rooms(self.cp, draft.stock.wards, sums, most)

    def _sum(self, keys: Iterable[tuple[int, Quota | None]], of: Any) -> Expression:
        return sum(self.counts[key] * of(self.blocks[key[0]].first) for key in keys)

    def quota_points(self, quota: Quota) -> Expression:
        """What a quota's own people on its seats add."""
        return self._weighed(key for key in self.counts if key[1] == quota)

    def pinned_points(self) -> Expression:
        """What those add who were pinned."""
        pinned = (key for key in self.counts if self.blocks[key[0]].first.household.pinned)
        return self._weighed(pinned)

    def points(self) -> Expression:
        """Total priority."""
        return self._weighed(self.counts)

    def most_points(self) -> int:
        """Total priority if everybody travelled."""
        return sum(
            (block.first.points * self.scale + len(block.first.members)) * len(block.numbers)
            for block in self.blocks
        )

    def _weighed(self, keys: Iterable[tuple[int, Quota | None]]) -> Expression:
        return self._sum(keys, lambda unit: unit.points * self.scale + len(unit.members))


class Search:
    """One stage after the other over the same model; keeps the latest solution."""

    def __init__(self, model: Model, parameters: Parameters) -> None:
        self.model = model
        self.parameters = parameters
        self.proven = True
        self._solver = parameters.solver()

    def total(self, variables: Iterable[Expression]) -> int:
        """Their sum in the latest solution."""
        return sum(self._solver.value(variable) for variable in variables)

    def maximise(self, aim: Expression) -> int:
        """Find the most of `aim`, hold it fast for what follows, and return its bound."""
        solver = self._solver
        self.model.cp.maximize(aim)
        status = solver.solve(self.model.cp)
        self.proven = self.proven and status == cp_model.OPTIMAL
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return self.model.most_points()
        self.model.cp.add(aim >= round(solver.objective_value))
        self.model.cp.clear_hints()  # type: ignore[no-untyped-call]
        for key, count in self.model.counts.items():
            self.model.found[key] = solver.value(count)
            self.model.cp.add_hint(count, self.model.found[key])
        return floor(solver.best_objective_bound + 1e-6)


#: One unit's place: its facility, and the sorts of its ordinary and isolation rooms.
Place = tuple[str, tuple[Sort, ...], tuple[Sort, ...]]


def choose_rooms(
    wards: Mapping[str, tuple[Ward, Ward]], needs: Sequence[Need], parameters: Parameters
) -> dict[Need, list[Place]]:
    """A place for each need, at the least cost found in all; they are known to have them."""
    model = cp_model.CpModel()
    wanted = Counter(needs)
    plan = plan_rooms(model, wards, wanted, wanted)
    model.minimize(plan.cost())
    solver = parameters.solver()
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ValueError("the rooms that were counted cannot be found")
    pools: dict[tuple[str, int, Beds], list[tuple[Sort, ...]]] = defaultdict(list)
    for (facility, side, beds, way), variable in plan.ways.items():
        sorts = tuple(sort for sort, count in way for _ in range(count))
        pools[facility, side, beds] += [sorts] * solver.value(variable)
    places: defaultdict[Need, list[Place]] = defaultdict(list)
    for (need, facility), variable in plan.facility.items():
        for _ in range(solver.value(variable)):
            ordinary, isolation = (
                pools[facility, side, beds].pop() if beds.total else ()
                for side, beds in enumerate(need)
            )
            places[need].append((facility, ordinary, isolation))
    return places
