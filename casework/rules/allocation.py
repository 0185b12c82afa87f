"""Gives out one movement's seats and quarantine beds so that the total priority is greatest.

In this order, each held fast before the next is looked at: the priority of those with a reserved
place on reserved seats; of each funder's people on its seats; of those whom two people decided to
take first; the priority of all, then their number. OR-Tools CP-SAT finds the answer and the bound
that no answer exceeds (`allocation_model`). Rooms follow: the fewest accessible ones, then the
fewest beds. At last nobody waits who fits in what is left, or who could have the place of somebody
further down the published order with as many travellers.

The same problem and parameters always have the same answer; it is never below first fit.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from casework.rules.allocation_draft import Draft, Quota
from casework.rules.allocation_first_fit import fill, first_fit_draft
from casework.rules.allocation_limits import limits_of
from casework.rules.allocation_model import (
    Model,
    Parameters,
    Search,
    choose_rooms,
    likeness,
    need_of,
)
from casework.rules.allocation_problem import Allocation, Problem, Proof, Watch
from casework.rules.allocation_units import Unit

STANDARD = Parameters()


def allocate(
    problem: Problem, parameters: Parameters = STANDARD, watch: Watch | None = None
) -> Allocation:
    """The best answer found, with its proof and what keeps the others waiting."""
    draft, bound, proven = _solve(problem, parameters, watch or _unwatched)
    objective = draft.points()
    proof = Proof(objective, max(bound, objective), proven or bound <= objective)
    return replace(draft.answer(), proof=proof, limits=limits_of(draft, parameters))


def _solve(problem: Problem, parameters: Parameters, watch: Watch) -> tuple[Draft, int, bool]:
    """The answer as a draft, the bound of its points, and whether the search ended by itself."""
    draft = Draft(problem)
    model = Model(draft)
    bound, proven = _maximise(model, draft, parameters, watch)
    if model.counts:
        _give_rooms(draft, _chosen(model), parameters)
    improve(draft)
    simple = first_fit_draft(problem)
    improve(simple)
    better = draft if _merit(draft) >= _merit(simple) else simple
    return better, bound, proven


def _maximise(model: Model, draft: Draft, parameters: Parameters, watch: Watch) -> tuple[int, bool]:
    search = Search(model, parameters)
    aims = [model.quota_points(quota) for quota in draft.quotas]
    aims += [model.pinned_points(), model.points()]
    bound = 0
    for step, aim in enumerate(aims):
        watch(step, len(aims) + 1)
        if not isinstance(aim, int):  # a sum of nothing
            bound = search.maximise(aim) // model.scale
    watch(len(aims), len(aims) + 1)
    return bound, search.proven


def _chosen(model: Model) -> list[tuple[int, Quota | None]]:
    """Units by number, with the quota whose seats each takes: of each block the first in order."""
    chosen = []
    for index, block in enumerate(model.blocks):
        numbers = iter(block.numbers)
        for quota in (*block.quotas, None):
            chosen += [(n, quota) for n in islice(numbers, model.found.get((index, quota), 0))]
    return sorted(chosen, key=lambda pair: pair[0])


def _give_rooms(
    draft: Draft, chosen: Sequence[tuple[int, Quota | None]], parameters: Parameters
) -> None:
    """Place the chosen, in order, in the rooms that cost least in all."""
    if not draft.stock.nights:
        for number, quota in chosen:
            draft.give(number, quota)
        return
    rooms = choose_rooms(
        draft.stock.wards, [need_of(draft.units[n]) for n, _ in chosen], parameters
    )
    for number, quota in chosen:
        unit = draft.units[number]
        taken = draft.stock.take_rooms(unit, *rooms[need_of(unit)].pop())
        draft.place(number, taken, quota)


def improve(draft: Draft) -> None:
    """Leave nobody waiting who fits, or who could have the place of one further down."""
    exchanged = True
    while exchanged:
        for quota in draft.quotas:
            for number, unit in draft.candidates():
                if quota.serves(unit) and draft.shortage(unit, quota) is None:
                    draft.give(number, quota)
        fill(draft)
        taken_over = [_take_over(draft, number, unit) for number, unit in _foremost(draft)]
        exchanged = any(taken_over)


def _foremost(draft: Draft) -> list[tuple[int, Unit]]:
    """Of those who wait and are alike, the first in order."""
    found: dict[object, tuple[int, Unit]] = {}
    for number, unit in draft.candidates():
        found.setdefault(likeness(unit, draft.quotas), (number, unit))
    return list(found.values())


def _take_over(draft: Draft, number: int, unit: Unit) -> bool:
    """Give the unit the place of the last in order with as many travellers, where it fits."""
    for other in sorted(draft.placed, reverse=True):
        if other < number:
            return False
        if _may_take_over(draft, unit, other):
            quota = draft.take_back(other)
            draft.give(number, quota)
            return True
    return False


def _may_take_over(draft: Draft, unit: Unit, other: int) -> bool:
    held = draft.units[other]
    quota = draft.used.get(other)
    if len(held.members) != len(unit.members) or held.order <= unit.order:
        return False
    if quota is not None and not quota.serves(unit):
        return False
    spare = draft.stock.seats if quota is None else min(draft.stock.seats, draft.unused[quota])
    if unit.seats > spare + held.seats:
        return False
    return draft.stock.fits_in_place_of(unit, held, draft.placed[other])


def _merit(draft: Draft) -> tuple[int, ...]:
    """What is compared of two answers, the first that differs decides."""
    by_quota: Counter[Quota] = Counter()
    for number, quota in draft.used.items():
        by_quota[quota] += draft.units[number].points
    placed = [draft.units[number] for number in draft.placed]
    pinned = sum(unit.points for unit in placed if unit.household.pinned)
    people = sum(len(unit.members) for unit in placed)
    return (*(by_quota[quota] for quota in draft.quotas), pinned, draft.points(), people)


def _unwatched(_done: int, _steps: int) -> None:
    pass
