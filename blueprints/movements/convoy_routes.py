"""The vehicles of a convoy or train."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.movements.forms import VehicleForm
from casework.policy import Permission
from casework.services.movements import boarding, convoy
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.movement import Movement

blueprint = Blueprint("convoy", __name__)


def page_of(movement: Movement) -> str:
    """The address of the vehicles' page."""
    return url_for("convoy.vehicles", movement_id=movement.id)


@blueprint.route("/movements/<uuid:movement_id>/vehicles", methods=["GET", "POST"])
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def vehicles(movement: Movement) -> ResponseReturnValue:
    """The vehicles with who sits in them; add one."""
    form = VehicleForm()
    response = save(
        form,
        lambda: convoy.add_vehicle(current_work(), movement, form.vehicle()),
        lambda _nothing: page_of(movement),
        _("The vehicle is added."),
    )
    return response or render_template(
        "movements/vehicles.html",
        form=form,
        movement=movement,
        vehicles=convoy.vehicles_of(movement),
        travellers=boarding.manifest(current_work(), movement),
    )


@blueprint.post("/movements/<uuid:movement_id>/vehicles/remove")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def remove(movement: Movement) -> ResponseReturnValue:
    """Take a vehicle out."""
    return perform(
        lambda: convoy.remove_vehicle(current_work(), movement, request.form.get("label", "")),
        page_of(movement),
        _("The vehicle is gone; seat the travellers again."),
    )


@blueprint.post("/movements/<uuid:movement_id>/vehicles/seat")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def seat(movement: Movement) -> ResponseReturnValue:
    """Give everybody a seat in a vehicle."""
    return perform(
        lambda: convoy.seat_travellers(current_work(), movement),
        page_of(movement),
        _("Everybody has a seat; each household rides together."),
    )
