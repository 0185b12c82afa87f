"""Offers at the missions: handing over, writing down the answer."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.movements.forms import AnswerForm, AnswerTimeForm
from blueprints.movements.sweep import end_overdue_offers
from casework import clock
from casework.policy import Permission, may_ever
from casework.rules.offers import time_left
from casework.services.movements.answer_time import set_answer_time
from casework.services.movements.given_up import gave_up_twice
from casework.services.movements.offers import answer_offer, offers_to_hand_over, open_offers
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_actor, current_work
from models.movement import Movement
from models.return_request import ReturnRequest

blueprint = Blueprint("offers", __name__)
blueprint.before_request(end_overdue_offers)


@blueprint.get("/offers")
@requires(Permission.OFFER_ANSWER)
def index() -> ResponseReturnValue:
    """Offers to hand over today."""
    now = clock.now()
    return render_template(
        "movements/offers.html",
        offers=offers_to_hand_over(current_work()),
        time_left=lambda ends_at: time_left(ends_at, now),
        may_send=may_ever(current_actor(), Permission.OFFER_SEND),
    )


@blueprint.get("/offers/given-up")
@requires(Permission.OFFER_SEND)
def given_up() -> ResponseReturnValue:
    """Households that gave up two places or more."""
    return render_template("movements/given_up.html", households=gave_up_twice(current_work()))


@blueprint.route("/movements/<uuid:movement_id>/answer-time", methods=["GET", "POST"])
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def answer_time(movement: Movement) -> ResponseReturnValue:
    """How long offers of this movement wait."""
    form = AnswerTimeForm()
    if request.method == "GET":
        form.fill(movement)
    response = save(
        form,
        lambda: set_answer_time(current_work(), movement, form.hours.data, form.closing()),
        lambda _movement: url_for("movements.show", movement_id=movement.id),
        _("The time to answer is set."),
    )
    return response or render_template("movements/answer_time.html", form=form, movement=movement)


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
