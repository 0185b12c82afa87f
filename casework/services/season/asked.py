"""A plan of the season that a page asks for: a job, since it takes minutes."""

from typing import Any

from sqlalchemy import select

from casework.errors import InvalidTransition
from casework.messages import N_
from casework.policy import Facts, Permission, Side
from casework.rules.season import STEPS
from casework.services.access import require_facts
from casework.services.jobs import UNDER_WAY, Task, ask_job, cancel_job
from casework.services.season.planning import make_plan
from casework.services.season.store import new_plan, store_plan
from casework.services.work import Work
from models.season import SeasonPlan
from models.work import Job

SEASON = "season.plan"


def ask_plan(work: Work) -> Job:
    """Ask for a plan of all open movements; InvalidTransition while one is under way."""
    job = latest_season_job(work)
    if job is not None and job.state in UNDER_WAY:
        raise InvalidTransition(N_("This is under way already. Wait for it, or cancel it."))
    return ask_job(work, SEASON, new_plan(work).id, Permission.MOVEMENT_PLAN, {})


def stop_plan(work: Work) -> None:
    """Stop the latest. Raises InvalidTransition when it has ended."""
    job = latest_season_job(work)
    if job is not None:
        cancel_job(work, job, Permission.MOVEMENT_PLAN)


def latest_season_job(work: Work) -> Job | None:
    """What the actor asked for last."""
    statement = (
        select(Job)
        .where(Job.kind == SEASON)
        .order_by(Job.requested_at.desc(), Job.id.desc())
        .limit(1)
    )
    return work.session.scalars(statement).first()


def season_job(task: Task) -> dict[str, Any]:
    """Plan, prove and keep the plan; the result names it."""
    with task.database.reading(task.actor) as work:
        require_facts(work, Permission.MOVEMENT_PLAN, Facts(side=Side.RETURN))
    planned = make_plan(
        task.database, task.actor, progress=lambda done: task.watch(done, STEPS + 1)
    )
    with task.database.writing(task.actor) as work:
        row = work.session.get_one(SeasonPlan, task.record_id)
        store_plan(work, row, planned)
        return {"placed": row.placed, "waiting": row.waiting, "points": row.points}
