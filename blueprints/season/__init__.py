"""The plan of the whole season: asked for, watched, looked at, used movement by movement."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.policy import Permission
from casework.services.jobs import refusal
from casework.services.season import asked, store, using
from casework.vocabulary import Band, WaitingReason
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform
from casework.web.unit import current_work, start_jobs
from models.movement import Movement

blueprint = Blueprint("season", __name__)


@blueprint.get("/season")
@requires(Permission.MOVEMENT_PLAN)
def show() -> ResponseReturnValue:
    """The latest plan, and how far the next one is."""
    work = current_work()
    job = asked.latest_season_job(work)
    return render_template(
        "season/show.html",
        plan=store.latest_plan(work),
        job=job,
        why=refusal(job) if job else None,
        band=Band,
        waiting_reason=WaitingReason,
    )


@blueprint.post("/season")
@requires(Permission.MOVEMENT_PLAN)
def plan() -> ResponseReturnValue:
    """Let a worker plan all movements that have no offers yet."""
    response = perform(lambda: asked.ask_plan(current_work()), url_for("season.show"))
    start_jobs()
    return response


@blueprint.post("/season/stop")
@requires(Permission.MOVEMENT_PLAN)
def stop() -> ResponseReturnValue:
    """Stop what is under way."""
    return perform(
        lambda: asked.stop_plan(current_work()),
        url_for("season.show"),
        _("It was stopped. Nothing has changed."),
    )


@blueprint.get("/movements/<uuid:movement_id>/season")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def part(movement: Movement) -> ResponseReturnValue:
    """Who travels on one movement in the latest plan."""
    work = current_work()
    latest = store.latest_plan(work)
    outcomes = store.planned_for(work, latest, movement.id) if latest else []
    return render_template(
        "season/part.html",
        movement=movement,
        plan=latest,
        outcomes=outcomes,
        rooms=store.room_names(work, outcomes),
    )


@blueprint.post("/movements/<uuid:movement_id>/season")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def use(movement: Movement) -> ResponseReturnValue:
    """Hold the plan's seats and beds for one movement."""
    return perform(
        lambda: using.use_plan(current_work(), movement),
        url_for("movements.allocation_result", movement_id=movement.id),
        _("The plan's seats and beds are held."),
    )
