"""Solving a problem, and saying in plain values how well: what a run keeps and commands print.

OR-Tools takes a second and a half to load, so it is loaded where something is solved.
"""

from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from casework.errors import CaseworkError
from casework.rules.allocation_check import check, check_exchange, check_order
from casework.rules.allocation_first_fit import first_fit
from casework.rules.allocation_problem import Allocation, Limit, Problem, Watch

#: How an answer was found; freed places are filled without a solver.
OPTIMAL, FEASIBLE, BACKFILL = "optimal", "feasible", "backfill"


class UnprovenAllocation(CaseworkError):
    """The answer did not pass the independent check; nothing was stored."""


def solver_now() -> dict[str, Any]:
    """What problems are solved with now; with it, an answer can be found again."""
    from casework.rules.allocation_model import Parameters

    return asdict(Parameters()) | {"solver": "CP-SAT", "version": version("ortools")}


def solve(problem: Problem, solver: Mapping[str, Any], watch: Watch | None = None) -> Allocation:
    """The answer by a solver as `solver_now` said it; by first fit when nothing is said."""
    if not solver:
        return first_fit(problem)
    from casework.rules.allocation import allocate
    from casework.rules.allocation_model import Parameters

    parameters = Parameters(solver["seed"], solver["workers"], solver["limit"])
    return allocate(problem, parameters, watch)


def prove(problem: Problem, answer: Allocation) -> None:
    """Raise UnprovenAllocation unless the independent check accepts the answer."""
    order = check_exchange if answer.proof else check_order
    faults = [*check(problem, answer), *order(problem, answer)]
    if faults:
        raise UnprovenAllocation(str(faults[0]))


def status_of(answer: Allocation) -> str:
    """`optimal`: no answer has more points; `feasible`: the bound says by how much at most."""
    if answer.proof is None:
        return BACKFILL
    return OPTIMAL if answer.proof.objective == answer.proof.bound else FEASIBLE


def proof_of(answer: Allocation) -> dict[str, Any]:
    """Objective and bound in points, the gap as a share in parts of a million, and what binds."""
    if answer.proof is None:
        return {}
    return {
        "objective": answer.proof.objective,
        "bound": answer.proof.bound,
        "gap_ppm": round(1_000_000 * answer.proof.gap),
        "proven": answer.proof.proven,
        "binding": [_limit(limit) for limit in answer.limits],
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "limit": limit.kind.value,
        "more": limit.more,
        "households": limit.households,
        "people": limit.people,
        "nights": [night.isoformat() for night in limit.nights] if limit.nights else None,
    }
