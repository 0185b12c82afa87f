"""Where somebody of a case is safe."""

from flask import url_for
from flask.typing import ResponseReturnValue

from blueprints.cases.blueprint import blueprint
from blueprints.cases.forms import SafeLocationForm
from casework.policy import Permission
from casework.services.cases.safe_location import show_safe_location, write_safe_location
from casework.vocabulary import Purpose
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.i18n import _
from casework.web.reveal import RevealForm
from casework.web.saving import save
from casework.web.unit import current_work
from models.case import Case


@blueprint.route("/cases/<uuid:case_id>/safe-location", methods=["GET", "POST"])
@requires(Permission.SAFE_LOCATION_REVEAL, of=Case, step_up=True)
def safe_location(case: Case) -> ResponseReturnValue:
    """Ask what it is needed for, then show it on this one page."""
    form, work, place, asked = RevealForm(), current_work(), None, False
    if form.validate_on_submit():
        place, asked = show_safe_location(work, case, Purpose(form.purpose.data)), True
        work.commit()
    return render_case(
        "cases/safe_location.html", case, "cases.protection", form=form, place=place, asked=asked
    )


@blueprint.route("/cases/<uuid:case_id>/safe-location/write", methods=["GET", "POST"])
@requires(Permission.SAFE_LOCATION_REVEAL, of=Case, step_up=True)
def replace_safe_location(case: Case) -> ResponseReturnValue:
    """Write it; what stood there before is replaced unseen."""
    form = SafeLocationForm(version=case.version)
    response = save(
        form,
        lambda: write_safe_location(current_work(), case, form.place.data, form.version.data),
        lambda _nothing: url_for("cases.protection", case_id=case.id),
        _("The safe location is written down."),
    )
    return response or render_case(
        "cases/write_safe_location.html", case, "cases.protection", form=form
    )
