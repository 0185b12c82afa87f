"""Erasure: holds of the law, asking the second person, what is left to redact, the certificate."""

from uuid import UUID

from flask import Response as PlainResponse
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.rights.answering import FULFIL, page_of
from blueprints.rights.blueprint import blueprint
from blueprints.rights.forms import EraseForm, HoldForm, redaction_form
from casework.errors import InvalidTransition
from casework.labels_fields import field_label, table_label
from casework.messages import N_
from casework.policy import Permission
from casework.services.rights import erasing
from casework.services.rights.package import Review
from casework.web.access import requires
from casework.web.forms import CaseworkForm
from casework.web.i18n import _
from casework.web.pdf import pdf_bytes, pdf_download
from casework.web.reading import sent_number
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.rights import SubjectRequest


@blueprint.route("/data-requests/<uuid:subject_request_id>/hold", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def hold(row: SubjectRequest) -> ResponseReturnValue:
    """The law keeps these data."""
    form = HoldForm()
    response = save(
        form,
        lambda: erasing.set_hold(
            current_work(), row, form.reason.data, form.until.data, form.authority.data
        ),
        lambda _hold: page_of(row),
        _("The hold is set: nothing of this person is erased."),
    )
    return response or render_template(
        "rights/step.html", form=form, row=row, title=_("Set a legal hold"), back=page_of(row)
    )


@blueprint.post("/data-requests/<uuid:subject_request_id>/hold/<uuid:legal_hold_id>/lift")
@requires(FULFIL, of=SubjectRequest)
def lift_hold(row: SubjectRequest, legal_hold_id: UUID) -> Response:
    """The law no longer keeps these data."""
    return perform(
        lambda: erasing.lift_hold(current_work(), row, legal_hold_id),
        page_of(row),
        _("The hold has ended."),
    )


@blueprint.route("/data-requests/<uuid:subject_request_id>/erase", methods=["GET", "POST"])
@requires(Permission.SUBJECT_REQUEST_ERASE, of=SubjectRequest, step_up=True)
def erase(row: SubjectRequest) -> ResponseReturnValue:
    """Ask the second person to let everything about this person be erased."""
    work, form = current_work(), EraseForm()
    response = save(
        form,
        lambda: erasing.ask_erasure(work, row, form.typed.data, form.reason.data),
        lambda _approval: url_for("rights.erasure", subject_request_id=row.id),
        _("A second person decides now."),
    )
    against = erasing.stands_against(work, row)
    return response or render_template("rights/erase.html", form=form, row=row, against=against)


@blueprint.get("/data-requests/<uuid:subject_request_id>/erasure")
@requires(Permission.SUBJECT_REQUEST_ERASE, of=SubjectRequest)
def erasure(row: SubjectRequest) -> str:
    """What the second person looks at before she decides: no name, what stands against it."""
    work = current_work()
    done = erasing.done_for(work, row)
    return render_template(
        "rights/erasure.html",
        row=row,
        erasure=done,
        against=() if done else erasing.stands_against(work, row),
        waits=erasing.waits_for_approval(work, row),
    )


@blueprint.route("/data-requests/<uuid:subject_request_id>/redact", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def redact(row: SubjectRequest) -> ResponseReturnValue:
    """Take the erased person out of texts about several people."""
    work = current_work()
    review = erasing.texts_left(work, row, sent_number(request.args.get("first", "")) or 0)
    form = redaction_form(review.texts)
    response = save(
        form,
        lambda: erasing.redact_texts(work, row, _words(review, form), row.version),
        lambda _nothing: _next_page(row, review),
        _("Kept."),
    )
    names = {"table_label": table_label, "field_label": field_label}
    return response or render_template(
        "rights/redact.html", form=form, row=row, review=review, back=page_of(row), **names
    )


def _words(review: Review, form: CaseworkForm) -> dict[str, str | None]:
    """None for a text that stays as it is."""
    typed = {one: form[f"text_{n}"].data for n, one in enumerate(review.texts)}
    return {one.key: None if words == one.words else words for one, words in typed.items()}


def _next_page(row: SubjectRequest, review: Review) -> str:
    if review.following is None:
        return page_of(row)
    return url_for("rights.redact", subject_request_id=row.id, first=review.following)


@blueprint.get("/data-requests/<uuid:subject_request_id>/certificate")
@requires(FULFIL, of=SubjectRequest)
def certificate(row: SubjectRequest) -> PlainResponse:
    """That the keys were destroyed: a signed file without anything personal."""
    work = current_work()
    done = erasing.done_for(work, row)
    if done is None or done.done_at is None:
        raise InvalidTransition(N_("The person was not erased yet."))
    content = pdf_bytes("rights/certificate.pdf.html", erasure=done, row=row)
    return pdf_download(erasing.signed(work, done, content), f"{done.number}.pdf")
