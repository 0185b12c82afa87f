"""Offers at the missions: handing over, writing down the answer."""

from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.movements.forms import AnswerForm
from blueprints.movements.sweep import end_overdue_offers
from casework.policy import Permission
from casework.services.movements.offers import answer_offer, offers_to_hand_over, open_offers
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.return_request import ReturnRequest

blueprint = Blueprint("offers", __name__)
blueprint.before_request(end_overdue_offers)


@blueprint.get("/offers")
@requires(Permission.OFFER_ANSWER)
def index() -> ResponseReturnValue:
    """Offers to hand over today."""
    return render_template("movements/offers.html", offers=offers_to_hand_over(current_work()))


@blueprint.route("/requests/<uuid:request_id>/offers/<uuid:member_id>", methods=["GET", "POST"])
@requires(Permission.OFFER_ANSWER, of=ReturnRequest)
def answer(request_row: ReturnRequest, member_id: UUID) -> ResponseReturnValue:
    """Write down what the household said."""
    form = AnswerForm()
    response = save(
        form,
        lambda: answer_offer(current_work(), request_row, str(member_id), form.said()),
        lambda _none: url_for("offers.index"),
        _("The answer is recorded."),
    )
    if response:
        return response
    found = open_offers(current_work(), request_row)
    offer = next((offer for offer in found if offer.key == str(member_id)), None)
    return render_template(
        "movements/answer.html", form=form, offer=offer, return_request=request_row
    )
