"""Concerns, reviews, and the verification of the log."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.protection.forms import ConcernForm, ReviewForm
from casework.policy import Permission
from casework.services.protection import concerns, reviews
from casework.services.protection.public_concerns import receipt_of
from casework.services.protection.verification import last_verified, verify_and_record
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.case import Case
from models.concern import Concern
from models.return_request import ReturnRequest

blueprint = Blueprint("protection", __name__)


def _concern_page(about: concerns.About, back: str) -> ResponseReturnValue:
    form = ConcernForm()
    response = save(
        form,
        lambda: concerns.record_concern(current_work(), about, form.kind.data, form.text.data),
        lambda _concern: back,
        _("Your concern is with the protection officer. Nobody else can read it."),
    )
    return response or render_template("protection/concern_form.html", form=form, back=back)


@blueprint.route("/raise-concern", methods=["GET", "POST"])
@requires(Permission.CONCERN_RECORD)
def new_concern() -> ResponseReturnValue:
    """A concern that is about no single record."""
    return _concern_page(None, url_for("home.index"))


@blueprint.route("/cases/<uuid:case_id>/concern", methods=["GET", "POST"])
@requires(Permission.CONCERN_RECORD, of=Case)
def concern_on_case(case: Case) -> ResponseReturnValue:
    """A concern that has to do with a case."""
    return _concern_page(case, url_for("cases.show", case_id=case.id))


@blueprint.route("/requests/<uuid:request_id>/concern", methods=["GET", "POST"])
@requires(Permission.CONCERN_RECORD, of=ReturnRequest)
def concern_on_request(found: ReturnRequest) -> ResponseReturnValue:
    """A concern that has to do with a return request."""
    return _concern_page(found, url_for("home.index"))


@blueprint.get("/concerns")
@requires(Permission.CONCERN_READ)
def concern_list() -> ResponseReturnValue:
    """Concerns of the officer's organisation."""
    after = request.args.get("after", type=UUID)
    found, following = concerns.list_concerns(current_work(), after)
    return render_template("protection/concerns.html", concerns=found, following=following)


@blueprint.route("/concerns/<uuid:concern_id>", methods=["GET", "POST"])
@requires(Permission.CONCERN_READ, of=Concern)
def concern(concern: Concern) -> ResponseReturnValue:
    """One concern, and what is done about it."""
    form = _review_form(concern)
    response = save(
        form,
        lambda: concerns.review(
            current_work(), concern, form.state.data, form.action.data, form.version.data
        ),
        lambda _concern: url_for("protection.concern_list"),
        _("Saved."),
        fresh=lambda: (_review_form(concern, formdata=None), concern.version),
    )
    return response or render_template(
        "protection/concern.html", form=form, concern=concern, receipt=receipt_of(concern)
    )


def _review_form(concern: Concern, **options: object) -> ReviewForm:
    stored = {"state": concern.state, "action": concern.action, "version": concern.version}
    return ReviewForm(data=stored, **options)


@blueprint.post("/cases/<uuid:case_id>/reviews/<uuid:task_id>/done")
@requires(Permission.BREAK_GLASS_REVIEW, of=Case)
def reviewed(case: Case, task_id: UUID) -> Response:
    """A referral without consent was looked at."""
    return perform(
        lambda: reviews.end_review(current_work(), case, task_id),
        url_for("home.index"),
        _("Reviewed."),
    )


@blueprint.get("/verification")
@requires(Permission.AUDIT_VERIFY)
def verification() -> ResponseReturnValue:
    """When the log was last verified, and the button to do it."""
    at = last_verified(current_work())
    return render_template("protection/verification.html", at=at, result=None)


@blueprint.post("/verification")
@requires(Permission.AUDIT_VERIFY)
def verify() -> ResponseReturnValue:
    """Verify the whole log now and show what came of it."""
    work = current_work()
    result = verify_and_record(work)
    work.commit()
    return render_template("protection/verification.html", at=last_verified(work), result=result)
