"""A child is born to a household that asked to come home."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.movements.allocation_forms import BirthForm
from casework.policy import Permission
from casework.services.movements.births import Place, record_birth
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.return_request import ReturnRequest

blueprint = Blueprint("births", __name__)


@blueprint.route("/requests/<uuid:request_id>/birth", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def record(request_row: ReturnRequest) -> ResponseReturnValue:
    """The newborn joins the request, and the place that the household holds."""
    form = BirthForm()
    response = save(
        form,
        lambda: record_birth(current_work(), request_row, form.child()),
        lambda place: told(place, url_for("requests.show", request_id=request_row.id)),
    )
    return response or render_template(
        "movements/birth.html", form=form, return_request=request_row
    )


def told(place: Place, location: str) -> str:
    """Say what came of the household's place on the page that follows."""
    words = {
        Place.NONE_HELD: _("The child is added to the request."),
        Place.GIVEN: _("The child is added and has a place with the family."),
        Place.NO_SEAT: _("The child is added, but no seat is free. Tell the consular desk."),
        Place.NO_BED: _("The child is added, but no bed is free for it. Tell the consular desk."),
    }
    flash(words[place], "success" if place in (Place.NONE_HELD, Place.GIVEN) else "error")
    return location
