"""Allocations and comparisons that a page asks for: jobs, since they may take seconds."""

from collections.abc import Mapping
from typing import Any

from casework.policy import Permission
from casework.services.access import require
from casework.services.jobs import Task, ask_job, cancel_job, latest_job
from casework.services.movements.allocation import allocate_in_steps
from casework.services.movements.what_if import Changes, compare, read_changes, summary
from casework.services.requests.scoring import refresh_scores
from casework.services.work import Work
from models.movement import Movement
from models.work import Job

ALLOCATE, WHAT_IF = "movement.allocate", "movement.what_if"


def ask_allocation(work: Work, movement: Movement, version: int | None) -> Job:
    """Ask that the seats and beds are given out; InvalidTransition while that is under way."""
    version = movement.version if version is None else version
    return ask_job(work, ALLOCATE, movement.id, Permission.MOVEMENT_PLAN, {"version": version})


def ask_what_if(work: Work, movement: Movement, changes: Changes) -> Job:
    """Ask who would move if something were different."""
    arguments = {"changes": changes.words()}
    return ask_job(work, WHAT_IF, movement.id, Permission.MOVEMENT_PLAN, arguments)


def cancel(work: Work, movement: Movement, kind: str) -> None:
    """Stop the latest of this kind. Raises InvalidTransition when it has ended."""
    job = latest_job(work, kind, movement.id)
    if job is not None:
        cancel_job(work, job, Permission.MOVEMENT_PLAN)


def allocate_job(task: Task) -> dict[str, Any]:
    """Give out the places; the result names the run."""
    _require(task)
    refresh_scores(task.database)
    version = task.arguments["version"]
    result = allocate_in_steps(task.database, task.actor, task.record_id, version, task.watch)
    return {"run": str(result.run.id), **summary(result.allocation)}


def what_if_job(task: Task) -> dict[str, Any]:
    """Compare; the result holds who moves, as ids."""
    _require(task)
    refresh_scores(task.database)
    changes = read_changes(task.arguments["changes"].split())
    return compare(task.database, task.actor, task.record_id, changes, task.watch).told()


def _require(task: Task) -> None:
    with task.database.reading(task.actor) as work:
        movement = work.session.get_one(Movement, task.record_id)
        require(work, Permission.MOVEMENT_PLAN, movement)


def figures_of(job: Job | None) -> Mapping[str, Any]:
    """What a job found; empty until it is done."""
    return (job.result or {}) if job is not None else {}
