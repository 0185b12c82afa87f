"""Why somebody opens a record of a person whose data are restricted."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.rights.blueprint import blueprint
from blueprints.rights.forms import ReasonForm
from casework.policy import Permission
from casework.services.rights.restriction import open_restricted
from casework.web.access import requires
from casework.web.saving import save
from casework.web.unit import current_work
from models.base import Base
from models.case import Case
from models.facility import Stay
from models.referral import Referral
from models.return_request import ReturnRequest


def _reason_page(record: Base, onward: str) -> ResponseReturnValue:
    form = ReasonForm()
    response = save(
        form,
        lambda: open_restricted(current_work(), record, form.reason.data),
        lambda _nothing: onward,
    )
    return response or render_template("rights/reason.html", form=form)


@blueprint.route("/cases/<uuid:case_id>/restricted", methods=["GET", "POST"])
@requires(Permission.CASE_READ, of=Case, restricted=True)
def open_case(case: Case) -> ResponseReturnValue:
    """Before a case with restricted data opens."""
    return _reason_page(case, url_for("cases.show", case_id=case.id))


@blueprint.route("/requests/<uuid:request_id>/restricted", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_READ, of=ReturnRequest, restricted=True)
def open_request(request: ReturnRequest) -> ResponseReturnValue:
    """Before a return request with restricted data opens."""
    return _reason_page(request, url_for("requests.show", request_id=request.id))


@blueprint.route("/referrals/<uuid:referral_id>/restricted", methods=["GET", "POST"])
@requires(Permission.REFERRAL_READ, of=Referral, restricted=True)
def open_referral(referral: Referral) -> ResponseReturnValue:
    """Before a referral with restricted data opens."""
    return _reason_page(referral, url_for("referrals.show", referral_id=referral.id))


@blueprint.route("/stays/<uuid:stay_id>/restricted", methods=["GET", "POST"])
@requires(Permission.STAY_READ, of=Stay, restricted=True)
def open_stay(stay: Stay) -> ResponseReturnValue:
    """Before a stay with restricted data opens."""
    return _reason_page(stay, url_for("quarantine.stay", stay_id=stay.id))
