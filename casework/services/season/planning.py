"""Planning the whole season: read, solved, proven."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from casework.actor import Actor
from casework.errors import InvalidInput
from casework.messages import N_
from casework.rules.season import plan_season
from casework.rules.season_check import check_season
from casework.rules.season_problem import SeasonPlan
from casework.services.movements.solving import UnprovenAllocation
from casework.services.season.problem import SeasonInput, build_season
from casework.services.work import Database


@dataclass(frozen=True)
class Planned:
    """A plan that the independent check passed."""

    asked: SeasonInput
    plan: SeasonPlan
    milliseconds: int


def make_plan(
    database: Database,
    actor: Actor,
    points_on: date | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Planned:
    """Plan all open movements together; nothing is changed and nothing held.

    Raises InvalidInput when there is no movement to plan for, or nobody waits; UnprovenAllocation
    when the independent check finds a fault.
    """
    started = time.perf_counter()
    with database.reading(actor) as work, work.unseen():
        asked = build_season(work, points_on)
    if not asked.problem.departures:
        raise InvalidInput(N_("No movement is planned. Plan flights and convoys first."))
    if not asked.problem.parties:
        raise InvalidInput(N_("Nobody waits in the queue: there is nothing to plan."))
    plan = plan_season(asked.problem, progress)
    faults = check_season(asked.problem, plan)
    if faults:
        raise UnprovenAllocation(str(faults[0].message))
    return Planned(asked, plan, round(1000 * (time.perf_counter() - started)))
