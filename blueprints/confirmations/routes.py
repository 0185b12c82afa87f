"""Asking households whether their data are still right, many at once."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.confirmations.forms import StartForm, WhomFilter
from casework.policy import Permission
from casework.services.confirmations.reading import figures_of, list_rounds, owing
from casework.services.confirmations.rounds import count_to_ask, start_round
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.reading import sent_number
from casework.web.saving import save
from casework.web.unit import current_work
from models.confirmation import ConfirmationRound

blueprint = Blueprint("confirmations", __name__)


@blueprint.get("/requests/confirmations")
@requires(Permission.RETURN_REQUEST_UPDATE)
def index() -> str:
    """The last rounds and how they went."""
    return render_template("confirmations/index.html", rounds=list_rounds(current_work()))


@blueprint.route("/requests/confirmations/new", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_UPDATE)
def new() -> ResponseReturnValue:
    """Choose whom to ask, see how many they are, then send."""
    whom = WhomFilter(request.args)
    whom.validate()
    asked, work = whom.asked(), current_work()
    form = StartForm()
    counted = sent_number(form.counted.data or "") or 0
    response = save(
        form,
        lambda: start_round(work, asked, form.answer_days.data, counted),
        lambda round_: url_for("confirmations.show", round_id=round_.id),
        _("The round is started. Households are written to within a few minutes."),
    )
    if response:
        return response
    count = count_to_ask(work, asked)
    form.counted.data = str(count)
    return render_template("confirmations/new.html", whom=whom, form=form, count=count)


@blueprint.get("/requests/confirmations/<uuid:round_id>")
@requires(Permission.RETURN_REQUEST_UPDATE, of=ConfirmationRound)
def show(confirmation_round: ConfirmationRound) -> str:
    """How the round goes, and who did not answer yet."""
    work = current_work()
    households, more = owing(work, confirmation_round, request.args.get("after"))
    following = url_for("confirmations.show", round_id=confirmation_round.id, after=more)
    return render_template(
        "confirmations/show.html",
        round=confirmation_round,
        figures=figures_of(work, confirmation_round),
        households=households,
        next_page=following if more else None,
        later=request.args.get("after"),
    )
