"""Complaints: taken in on a case, a request or by themselves; answered by a protection officer."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.complaints.forms import AnswerForm, ComplaintForm, complaint_form
from casework import clock
from casework.policy import Permission
from casework.rules.complaints import haste
from casework.services import complaints
from casework.services.complaints import About, Answered, Complained
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.case import Case
from models.complaint import Complaint
from models.return_request import ReturnRequest

blueprint = Blueprint("complaints", __name__)


@blueprint.get("/complaints")
@requires(Permission.SUBJECT_REQUEST_FULFIL)
def index() -> str:
    """The register: what waits, the most overdue first, and what was answered."""
    work, today = current_work(), clock.today()
    return render_template(
        "complaints/index.html",
        waiting=[(one, haste(one.due_on, today)) for one in complaints.open_complaints(work)],
        answered=complaints.answered_complaints(work),
    )


@blueprint.route("/complaints/new", methods=["GET", "POST"])
@requires(Permission.SUBJECT_REQUEST_REGISTER)
def register() -> ResponseReturnValue:
    """A complaint about no record in particular."""
    return _take_in(None, url_for("home.index"))


@blueprint.route("/cases/<uuid:case_id>/complaints/new", methods=["GET", "POST"])
@requires(Permission.SUBJECT_REQUEST_REGISTER, of=Case)
def register_on_case(case: Case) -> ResponseReturnValue:
    """A complaint of somebody of a case."""
    return _take_in(case, url_for("cases.protection", case_id=case.id))


@blueprint.route("/requests/<uuid:request_id>/complaints/new", methods=["GET", "POST"])
@requires(Permission.SUBJECT_REQUEST_REGISTER, of=ReturnRequest)
def register_on_request(request: ReturnRequest) -> ResponseReturnValue:
    """A complaint of somebody who asked to come home."""
    return _take_in(request, url_for("requests.show", request_id=request.id))


def _take_in(about: About, back: str) -> ResponseReturnValue:
    people = complaints.people_of(about)
    form = complaint_form([(str(person.id), person.short_name) for person in people])
    response = save(
        form,
        lambda: complaints.register(current_work(), _complained(form, about), about),
        lambda _complaint: back,
        _("The complaint went to the protection officer."),
    )
    return response or render_template("complaints/new.html", form=form, about=about, back=back)


def _complained(form: ComplaintForm, about: About) -> Complained:
    chosen = form["person"].data if "person" in form else None
    people = {str(person.id): person for person in complaints.people_of(about)}
    return Complained(
        kind=form.kind.data,
        words=form.words.data,
        received_on=form.received_on.data,
        person=people.get(chosen) if chosen else None,
        reply_to=form.reply_to.data or "",
    )


@blueprint.post("/complaints/<uuid:complaint_id>/review")
@requires(Permission.SUBJECT_REQUEST_FULFIL, of=Complaint)
def review(complaint: Complaint) -> Response:
    """An officer takes it on."""
    return perform(
        lambda: complaints.begin_review(current_work(), complaint),
        url_for("complaints.show", complaint_id=complaint.id),
        _("The complaint is in review."),
    )


@blueprint.route("/complaints/<uuid:complaint_id>", methods=["GET", "POST"])
@requires(Permission.SUBJECT_REQUEST_FULFIL, of=Complaint)
def show(complaint: Complaint) -> ResponseReturnValue:
    """One complaint, and its answer."""
    form = AnswerForm(version=complaint.version)
    response = save(
        form,
        lambda: complaints.answer(current_work(), complaint, _answered(form), form.version.data),
        lambda _complaint: url_for("complaints.index"),
        _("The complaint is answered."),
    )
    return response or render_template(
        "complaints/show.html",
        form=form,
        complaint=complaint,
        haste=haste(complaint.due_on, clock.today()),
    )


def _answered(form: AnswerForm) -> Answered:
    return Answered(form.outcome.data, form.answer.data, form.redress.data or "")
