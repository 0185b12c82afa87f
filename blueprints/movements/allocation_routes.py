"""Giving out places: asked for, watched, stopped, looked at, and tried on a copy."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.movements.allocation_forms import WhatIfForm
from blueprints.movements.routes import blueprint
from casework.policy import Permission
from casework.services.jobs import latest_job, refusal
from casework.services.movements import asked, reading
from casework.services.movements.what_if import references_of
from casework.vocabulary import Band, LimitKind, WaitingReason
from casework.web.access import requires
from casework.web.i18n import _, country_name, labelled
from casework.web.reading import sent_number
from casework.web.saving import perform, save, sent_version
from casework.web.unit import current_work, start_jobs
from models.movement import Movement

__all__ = ["blueprint"]


def group_name(kind: str, code: str) -> str:
    """What a group of people is called in the page's language."""
    if kind == "country":
        return country_name(code)
    if kind == "band":
        return labelled(Band(code)) if code else _("not scored")
    return _("families with children") if code == "children" else _("accessible room needed")


@blueprint.post("/movements/<uuid:movement_id>/allocate")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def allocate(movement: Movement) -> ResponseReturnValue:
    """Let a worker give out the seats and beds."""
    response = perform(
        lambda: asked.ask_allocation(current_work(), movement, sent_version()),
        url_for("movements.progress", movement_id=movement.id),
    )
    start_jobs()
    return response


@blueprint.get("/movements/<uuid:movement_id>/allocation/progress")
@requires(Permission.MOVEMENT_READ, of=Movement)
def progress(movement: Movement) -> ResponseReturnValue:
    """How far the giving out is."""
    work = current_work()
    job = latest_job(work, asked.ALLOCATE, movement.id)
    return render_template(
        "movements/progress.html",
        movement=movement,
        job=job,
        why=refusal(job) if job else None,
        may_plan=reading.may(work, Permission.MOVEMENT_PLAN, movement),
    )


@blueprint.post("/movements/<uuid:movement_id>/stop")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def stop(movement: Movement) -> ResponseReturnValue:
    """Stop what is under way, before it has changed anything."""
    trying = request.form.get("kind") == asked.WHAT_IF
    page = "movements.what_if" if trying else "movements.progress"
    return perform(
        lambda: asked.cancel(current_work(), movement, asked.WHAT_IF if trying else asked.ALLOCATE),
        url_for(page, movement_id=movement.id),
        _("It was stopped. Nothing has changed."),
    )


@blueprint.get("/movements/<uuid:movement_id>/allocation")
@requires(Permission.MOVEMENT_READ, of=Movement)
def allocation_result(movement: Movement) -> ResponseReturnValue:
    """Who is in and who is out of the latest run, or of the one asked for, and why."""
    work = current_work()
    runs = reading.runs_of(work, movement)
    chosen = [run for run in runs if str(run.id) == request.args.get("run")] or runs[:1]
    placed = request.args.get("show") != "waiting"
    after = sent_number(request.args.get("after", "")) or 0
    return render_template(
        "movements/allocation.html",
        movement=movement,
        figures=reading.figures(work, [movement])[0],
        runs=runs,
        placed=placed,
        page=reading.run_page(work, chosen[0], placed=placed, after=after) if chosen else None,
        may_plan=reading.may(work, Permission.MOVEMENT_PLAN, movement),
        may_send=reading.may(work, Permission.OFFER_SEND, movement),
        waiting_reason=WaitingReason,
        limit_kind=LimitKind,
    )


@blueprint.route("/movements/<uuid:movement_id>/what-if", methods=["GET", "POST"])
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def what_if(movement: Movement) -> ResponseReturnValue:
    """Who would move if the movement or the rooms were different."""
    work = current_work()
    form = WhatIfForm()
    response = save(
        form,
        lambda: asked.ask_what_if(work, movement, form.changes()),
        lambda _job: url_for("movements.what_if", movement_id=movement.id),
    )
    if response:
        start_jobs()
        return response
    job = latest_job(current_work(), asked.WHAT_IF, movement.id)
    found = asked.figures_of(job)
    movers = [*found.get("moved_in", []), *found.get("moved_out", [])]
    return render_template(
        "movements/what_if.html",
        movement=movement,
        form=form,
        job=job,
        found=found,
        why=refusal(job) if job else None,
        group_name=group_name,
        references=references_of(current_work(), movers),
    )
