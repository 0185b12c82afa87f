"""What a movement offers, changed after planning; who pays for its travellers."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.movements.allocation_forms import ChangeForm, CostsForm, FunderForm
from casework.policy import Permission
from casework.services.movements import changing, costs
from casework.services.work import Work
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.movement import Movement

blueprint = Blueprint("terms", __name__)


@blueprint.route("/movements/<uuid:movement_id>/change", methods=["GET", "POST"])
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def change(movement: Movement) -> ResponseReturnValue:
    """Another day, other seats, another point of entry."""
    form = ChangeForm.of(movement)
    response = save(
        form,
        lambda: changing.change_movement(current_work(), movement, form.terms(), form.version.data),
        lambda _changed: url_for("terms.changed", movement_id=movement.id),
        _("The movement is changed."),
        lambda: (ChangeForm.of(movement), movement.version),
    )
    return response or render_template("movements/change.html", form=form, movement=movement)


@blueprint.get("/movements/<uuid:movement_id>/changed")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def changed(movement: Movement) -> ResponseReturnValue:
    """Who lost the place by a change, and what to do."""
    lost = changing.lost_by_change(current_work(), movement)
    return render_template("movements/changed.html", movement=movement, lost=lost)


@blueprint.route("/movements/<uuid:movement_id>/costs", methods=["GET", "POST"])
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def show_costs(movement: Movement) -> ResponseReturnValue:
    """Who pays for each traveller, and what is approved."""
    form = CostsForm()
    here = url_for("terms.show_costs", movement_id=movement.id)
    response = save(form, lambda: _do(current_work(), movement, form), lambda _n: here, _("Saved."))
    lines = costs.costs_of(current_work(), movement)
    return response or render_template(
        "movements/costs.html",
        form=form,
        funder=FunderForm(),
        movement=movement,
        lines=lines,
    )


@blueprint.post("/movements/<uuid:movement_id>/funder")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def assign_funder(movement: Movement) -> ResponseReturnValue:
    """Say who pays for a request's tickets."""
    form = FunderForm()
    response = save(
        form,
        lambda: costs.assign_funder(current_work(), movement, form.reference.data, form.payer.data),
        lambda _request: url_for("terms.show_costs", movement_id=movement.id),
        _("Saved."),
    )
    lines = costs.costs_of(current_work(), movement)
    return response or render_template(
        "movements/costs.html", form=CostsForm(), funder=form, movement=movement, lines=lines
    )


def _do(work: Work, movement: Movement, form: CostsForm) -> int:
    chosen = _ticked(request.form.getlist("hold"))
    if form.act.data == "change":
        ticket, quarantine = form.ticket_payer.data, form.quarantine_payer.data
        return costs.change_payers(work, movement, chosen, ticket, quarantine)
    return costs.approve_costs(
        work,
        movement,
        chosen,
        ticket=form.act.data != "quarantine",
        quarantine=form.act.data != "ticket",
    )


def _ticked(values: list[str]) -> set[UUID]:
    found = set()
    for value in values:
        try:
            found.add(UUID(value))
        except ValueError:
            continue
    return found
