"""Referrals: the inbox, one referral, and every step of the loop."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.referrals.forms import (
    AppointmentForm,
    DeclineForm,
    OutcomeForm,
    assign_form,
)
from blueprints.referrals.shown import snapshot_parts
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.people.reveal import revealed_subjects
from casework.services.referrals import answering, sending
from casework.services.referrals.acts import acts_for
from casework.services.referrals.lists import (
    Box,
    Key,
    awaiting_second_person,
    count_box,
    list_referrals,
)
from casework.services.referrals.reading import read_referral
from casework.services.referrals.walk_in import open_own_case
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.reveal import reveal_all_page
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.referral import Referral

blueprint = Blueprint("referrals", __name__)


@blueprint.get("/referrals")
@requires(Permission.REFERRAL_READ)
def index() -> ResponseReturnValue:
    """What arrived, what was sent, what is late, what is over."""
    work = current_work()
    sent = request.args.get("box")
    box = Box(sent) if sent in list(Box) else Box.RECEIVED
    page = list_referrals(work, box, _after())
    counts = {one: count_box(work, one) for one in Box if one is not Box.ENDED}
    return render_template(
        "referrals/index.html",
        box=box,
        boxes=Box,
        page=page,
        counts=counts,
        drafts=awaiting_second_person(work),
    )


def _after() -> Key | None:
    moment, _dot, row_id = request.args.get("after", "").rpartition(".")
    try:
        return datetime.fromisoformat(moment), UUID(row_id)
    except ValueError:
        return None


@blueprint.get("/referrals/<uuid:referral_id>")
@requires(Permission.REFERRAL_READ, of=Referral)
def show(referral: Referral) -> ResponseReturnValue:
    """One referral, as this side may see it."""
    work = current_work()
    view = read_referral(work, referral)
    covered = not revealed_subjects(work, [referral.subject_id])
    return render_template(
        "referrals/show.html",
        referral=referral,
        view=view,
        line=view.line,
        acts=acts_for(work, view.line),
        parts=snapshot_parts(view.snapshot, covered=covered),
        covered=covered,
        may_show=allowed(work, Permission.IDENTITY_REVEAL, referral),
    )


@blueprint.route("/referrals/<uuid:referral_id>/show", methods=["GET", "POST"])
@requires(Permission.IDENTITY_REVEAL, of=Referral)
def show_identifiers(referral: Referral) -> ResponseReturnValue:
    """What the person's birth date and contact are needed for."""
    whose = read_referral(current_work(), referral).line.name or referral.number
    return reveal_all_page(referral, [referral.subject_id], whose, _at(referral))


def _at(referral: Referral) -> str:
    return url_for("referrals.show", referral_id=referral.id)


@blueprint.post("/referrals/<uuid:referral_id>/acknowledge")
@requires(Permission.REFERRAL_RESPOND, of=Referral)
def acknowledge(referral: Referral) -> Response:
    """Say that it arrived."""
    return perform(
        lambda: answering.acknowledge(current_work(), referral),
        _at(referral),
        _("Acknowledged. Now accept or decline it."),
    )


@blueprint.post("/referrals/<uuid:referral_id>/accept")
@requires(Permission.REFERRAL_RESPOND, of=Referral)
def accept(referral: Referral) -> Response:
    """Say yes."""
    return perform(
        lambda: answering.accept(current_work(), referral), _at(referral), _("Accepted.")
    )


@blueprint.post("/referrals/<uuid:referral_id>/begin")
@requires(Permission.REFERRAL_RESPOND, of=Referral)
def begin(referral: Referral) -> Response:
    """The service has started."""
    return perform(
        lambda: answering.begin(current_work(), referral), _at(referral), _("In progress.")
    )


@blueprint.route("/referrals/<uuid:referral_id>/decline", methods=["GET", "POST"])
@requires(Permission.REFERRAL_RESPOND, of=Referral)
def decline(referral: Referral) -> ResponseReturnValue:
    """Say no, and why."""
    form = DeclineForm()
    response = save(
        form,
        lambda: answering.decline(current_work(), referral, form.reason.data),
        lambda _result: _at(referral),
        _("Declined. The sender sees your reason."),
    )
    return response or render_template("referrals/decline.html", form=form, referral=referral)


@blueprint.route("/referrals/<uuid:referral_id>/appointment", methods=["GET", "POST"])
@requires(Permission.REFERRAL_RESPOND, of=Referral)
def appointment(referral: Referral) -> ResponseReturnValue:
    """When the person is expected."""
    form = AppointmentForm()
    response = save(
        form,
        lambda: answering.set_appointment(current_work(), referral, form.moment()),
        lambda _result: _at(referral),
        _("The sender sees the appointment."),
    )
    return response or render_template("referrals/appointment.html", form=form, referral=referral)


@blueprint.route("/referrals/<uuid:referral_id>/complete", methods=["GET", "POST"])
@requires(Permission.REFERRAL_RESPOND, of=Referral)
def complete(referral: Referral) -> ResponseReturnValue:
    """The service was given."""
    form = OutcomeForm()
    response = save(
        form,
        lambda: answering.complete(current_work(), referral, form.outcome.data),
        lambda _result: _at(referral),
        _("Completed. The sender sees the outcome."),
    )
    return response or render_template("referrals/complete.html", form=form, referral=referral)


@blueprint.post("/referrals/<uuid:referral_id>/cancel")
@requires(Permission.REFERRAL_CREATE, of=Referral)
def cancel(referral: Referral) -> Response:
    """The sender takes it back."""
    return perform(
        lambda: answering.cancel(current_work(), referral), _at(referral), _("Cancelled.")
    )


@blueprint.post("/referrals/<uuid:referral_id>/confirm")
@requires(Permission.REFERRAL_CREATE, of=Referral)
def confirm(referral: Referral) -> Response:
    """Send what a colleague wrote without consent."""
    return perform(
        lambda: sending.confirm(current_work(), referral),
        _at(referral),
        _("Sent. The protection officer reviews it."),
    )


@blueprint.post("/referrals/<uuid:referral_id>/discard")
@requires(Permission.REFERRAL_CREATE, of=Referral)
def discard(referral: Referral) -> Response:
    """Take back what was never sent."""
    target = url_for("referrals.of_case", case_id=referral.case_id)
    return perform(
        lambda: sending.discard(current_work(), referral), target, _("Nothing was sent.")
    )


@blueprint.route("/referrals/<uuid:referral_id>/assign", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN, of=Referral)
def assign(referral: Referral) -> ResponseReturnValue:
    """Say who answers it."""
    colleagues = answering.may_answer(current_work(), referral)
    form = assign_form([(str(user.id), user.name) for user in colleagues], referral.assigned_to_id)
    response = save(
        form,
        lambda: answering.assign(current_work(), referral, UUID(form.user.data)),
        lambda _result: _at(referral),
        _("Assigned."),
    )
    return response or render_template("referrals/assign.html", form=form, referral=referral)


@blueprint.post("/referrals/<uuid:referral_id>/case")
@requires(Permission.REFERRAL_RESPOND, of=Referral)
def open_case(referral: Referral) -> Response:
    """Open the receiving organisation's own case."""
    return perform(
        lambda: open_own_case(current_work(), referral),
        _at(referral),
        _("The case is open. It stands among your cases."),
    )
