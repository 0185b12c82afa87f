"""Solving the model of a season: the bound by GLOP, whole numbers by CP-SAT.

Both run on one thread with a fixed seed and limits that count work, not seconds: the same problem
has the same answer on every machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from casework.rules.season_model import Flow, Run, state

SEED = 2020
#: Units of deterministic time that CP-SAT may spend, about a second each.
WORK = 15.0
#: How far a sum of floating-point numbers may be from the true one.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Relaxed:
    """The best the model allows when parties could be divided."""

    value: float
    runs: dict[Run, float]

    @property
    def bound(self) -> int:
        """No plan has more points than this."""
        return floor(self.value + max(1.0, abs(self.value)) * TOLERANCE)


class _Linear:
    """GLOP as the model speaks to it."""

    def __init__(self) -> None:
        from ortools.linear_solver import pywraplp  # takes seconds to load

        self.solver = pywraplp.Solver.CreateSolver("GLOP")

    def number(self, most: float) -> Any:
        return self.solver.NumVar(0, most, "")

    def at_most(self, terms: Sequence[tuple[Any, int]], most: int) -> None:
        row = self.solver.Constraint(-self.solver.infinity(), most)
        for variable, factor in terms:
            row.SetCoefficient(variable, row.GetCoefficient(variable) + factor)

    def is_zero(self, terms: Sequence[tuple[Any, int]]) -> None:
        row = self.solver.Constraint(0, 0)
        for variable, factor in terms:
            row.SetCoefficient(variable, factor)


def relax(flow: Flow) -> Relaxed:
    """Solve the model without whole numbers."""
    linear = _Linear()
    runs, taken = state(flow, linear, flow.runs)
    objective = linear.solver.Objective()
    for group, variable in zip(flow.groups, taken, strict=True):
        objective.SetCoefficient(variable, group.value)
    objective.SetMaximization()
    if linear.solver.Solve() != linear.solver.OPTIMAL:
        raise RuntimeError("the relaxed season was not solved")
    found = {run: variable.solution_value() for run, variable in runs.items()}
    return Relaxed(objective.Value(), {r: value for r, value in found.items() if value > TOLERANCE})


class _Whole:
    """CP-SAT as the model speaks to it."""

    def __init__(self) -> None:
        from ortools.sat.python import cp_model

        self.cp = cp_model
        self.model = cp_model.CpModel()

    def number(self, most: float) -> Any:
        return self.model.new_int_var(0, int(most), "")

    def at_most(self, terms: Sequence[tuple[Any, int]], most: int) -> None:
        self.model.add(self._sum(terms) <= most)

    def is_zero(self, terms: Sequence[tuple[Any, int]]) -> None:
        self.model.add(self._sum(terms) == 0)

    def _sum(self, terms: Sequence[tuple[Any, int]]) -> Any:
        return self.cp.LinearExpr.weighted_sum([v for v, _ in terms], [f for _, f in terms])


def settle(flow: Flow, relaxed: Relaxed, known: Mapping[Run, int]) -> dict[Run, int]:
    """Whole numbers near the relaxed ones: of its runs, and of those of a `known` plan."""
    whole = _Whole()
    runs, taken = state(flow, whole, sorted({*relaxed.runs, *known}))
    for run, variable in runs.items():
        whole.model.add_hint(variable, floor(relaxed.runs.get(run, 0) + TOLERANCE))
    values = [group.value for group in flow.groups]
    whole.model.maximize(whole.cp.LinearExpr.weighted_sum(taken, values))
    solver = whole.cp.CpSolver()
    solver.parameters.random_seed = SEED
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = WORK
    solver.parameters.relative_gap_limit = 0.001
    if solver.solve(whole.model) not in (whole.cp.OPTIMAL, whole.cp.FEASIBLE):
        return dict(known)
    return {run: count for run, var in runs.items() if (count := solver.value(var))}
