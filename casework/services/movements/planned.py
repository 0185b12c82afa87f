"""What the season's plan means for movements that hold nothing yet is not handed on before."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from casework.rules.allocation_problem import Occupancy, Problem
from casework.services.movements.problem import Candidate
from casework.services.quarantine.occupancy import nights_between
from casework.services.work import Work
from casework.vocabulary import MovementState
from models.movement import AllocationRun, Movement
from models.season import SeasonOutcome, SeasonPlan

#: How a run came to its answer: it held what the season's plan says.
BY_PLAN: Final = "season"


def beside_the_plan(
    work: Work, movement: Movement, problem: Problem, candidates: Sequence[Candidate]
) -> tuple[Problem, list[Candidate]]:
    """The question of a movement whose places were held by the plan, without what the latest plan
    gives on movements still ahead: their parties have a better place there, their rooms are taken.
    """
    planned = list(_planned_elsewhere(work, movement)) if _held_by_plan(work, movement) else []
    going = {str(outcome.request_id) for outcome in planned}
    rooms = {room.id for room in problem.rooms}
    kept = tuple(
        Occupancy(room, night, str(outcome.request_id))
        for outcome in planned
        if outcome.first_night and outcome.last_night
        for room in sorted(set(outcome.rooms.values()) & rooms)
        for night in nights_between(outcome.first_night, outcome.last_night)
    )
    households = tuple(one for one in problem.households if one.request_id not in going)
    left = replace(problem, occupancy=(*problem.occupancy, *kept), households=households)
    return left, [one for one in candidates if str(one.request.id) not in going]


def _held_by_plan(work: Work, movement: Movement) -> bool:
    runs = select(AllocationRun.id).where(
        AllocationRun.movement_id == movement.id, AllocationRun.status == BY_PLAN
    )
    return work.session.scalars(runs.limit(1)).first() is not None


def _planned_elsewhere(work: Work, movement: Movement) -> Iterator[SeasonOutcome]:
    latest = select(SeasonPlan.id).order_by(SeasonPlan.at.desc()).limit(1).scalar_subquery()
    yield from work.session.scalars(
        select(SeasonOutcome)
        .join(Movement, Movement.id == SeasonOutcome.movement_id)
        .where(
            SeasonOutcome.plan_id == latest,
            SeasonOutcome.movement_id != movement.id,
            Movement.state == MovementState.PLANNED,
        )
        .order_by(SeasonOutcome.position)
    )
