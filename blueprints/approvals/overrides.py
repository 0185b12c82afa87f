"""Departing from the published order for one movement."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.approvals.blueprint import blueprint
from blueprints.approvals.forms import OverrideForm
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.approvals.override import ask_override, end_override, overrides_of
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.movement import Movement


@blueprint.get("/movements/<uuid:movement_id>/overrides")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def overrides(movement: Movement) -> str:
    """Households that the next run takes first or leaves out."""
    work = current_work()
    return render_template(
        "approvals/overrides.html",
        movement=movement,
        overrides=overrides_of(work, movement),
        may_ask=allowed(work, Permission.MOVEMENT_OVERRIDE, movement),
    )


@blueprint.route("/movements/<uuid:movement_id>/overrides/new", methods=["GET", "POST"])
@requires(Permission.MOVEMENT_OVERRIDE, of=Movement)
def ask_for_override(movement: Movement) -> ResponseReturnValue:
    """Ask for one; who planned the movement cannot."""
    form = OverrideForm()
    response = save(
        form,
        lambda: ask_override(
            current_work(),
            movement,
            form.reference.data,
            form.kind.data,
            form.code.data,
            form.reason.data,
        ),
        lambda _approval: url_for("approvals.overrides", movement_id=movement.id),
        _("A second person now decides."),
    )
    return response or render_template("approvals/ask_override.html", form=form, movement=movement)


@blueprint.post("/movements/<uuid:movement_id>/overrides/<uuid:override_id>/end")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def stop_override(movement: Movement, override_id: UUID) -> ResponseReturnValue:
    """Back to the published order."""
    return perform(
        lambda: end_override(current_work(), movement, override_id),
        url_for("approvals.overrides", movement_id=movement.id),
        _("The household stands in the published order again."),
    )
