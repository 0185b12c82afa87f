"""The way of a request to its answer: identity, time, package, correction, restriction, refusal."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.rights.blueprint import blueprint
from blueprints.rights.forms import (
    AnswerForm,
    ExtensionForm,
    IdentityForm,
    RefusalForm,
    assign_form,
    correction_form,
    texts_form,
)
from blueprints.rights.packing import packed
from casework.errors import InvalidTransition
from casework.labels_fields import field_label, table_label
from casework.policy import Permission
from casework.services.rights import package as packages
from casework.services.rights import register, restriction
from casework.services.rights.correction import correct, proposed
from casework.services.rights.holdings import INCLUDE
from casework.vocabulary import Withheld
from casework.web.access import requires
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, translate
from casework.web.reading import sent_number
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.rights import SubjectRequest

FULFIL = Permission.SUBJECT_REQUEST_FULFIL


def page_of(row: SubjectRequest) -> str:
    """Where everything about a request begins."""
    return url_for("rights.show", subject_request_id=row.id)


def _form_page(row: SubjectRequest, form: CaseworkForm, title: str, **shown: object) -> str:
    return render_template(
        "rights/step.html", form=form, row=row, title=title, back=page_of(row), **shown
    )


@blueprint.route("/data-requests/<uuid:subject_request_id>/identity", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def identity(row: SubjectRequest) -> ResponseReturnValue:
    """How it was made sure who asks."""
    form = IdentityForm(version=row.version)
    response = save(
        form,
        lambda: register.check_identity(current_work(), row, form.how.data, form.version.data),
        lambda _row: page_of(row),
        _("The identity is checked."),
    )
    return response or _form_page(row, form, _("Identity of the person who asks"))


@blueprint.route("/data-requests/<uuid:subject_request_id>/officer", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def assign(row: SubjectRequest) -> ResponseReturnValue:
    """Which officer answers."""
    work = current_work()
    officers = [(str(one.id), one.name) for one in register.officers_of(work, row)]
    form = assign_form(officers)
    response = save(
        form,
        lambda: register.assign(work, row, UUID(form["officer"].data)),
        lambda _row: page_of(row),
        _("The request is handed over."),
    )
    return response or _form_page(row, form, _("Who answers this request"))


@blueprint.route("/data-requests/<uuid:subject_request_id>/time", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def extend(row: SubjectRequest) -> ResponseReturnValue:
    """More time, once."""
    form = ExtensionForm()
    response = save(
        form,
        lambda: register.extend(current_work(), row, form.reason.data),
        lambda _row: page_of(row),
        _("The last day is later now. Tell the person why."),
    )
    return response or _form_page(row, form, _("More time for the answer"))


@blueprint.route("/data-requests/<uuid:subject_request_id>/refuse", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def refuse(row: SubjectRequest) -> ResponseReturnValue:
    """Not to meet the request, for a reason in law."""
    form = RefusalForm(version=row.version)
    response = save(
        form,
        lambda: register.refuse(
            current_work(), row, form.reason.data, form.answer.data, form.version.data
        ),
        lambda _row: page_of(row),
        _("The request is refused. Tell the person."),
    )
    return response or _form_page(row, form, _("Refuse the request"))


@blueprint.route("/data-requests/<uuid:subject_request_id>/texts", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def texts(row: SubjectRequest) -> ResponseReturnValue:
    """Which texts about several people go into the package."""
    work = current_work()
    review = packages.review_texts(work, row, sent_number(request.args.get("first", "")) or 0)
    form = texts_form(review.texts, dict(review.decided))
    response = save(
        form,
        lambda: packages.decide_texts(work, row, _chosen(review, form), row.version),
        lambda _nothing: _next_texts(row, review, "rights.texts"),
        _("Kept."),
    )
    names = {"table_label": table_label, "field_label": field_label}
    return response or render_template(
        "rights/texts.html", form=form, row=row, review=review, back=page_of(row), **names
    )


def _chosen(review: packages.Review, form: CaseworkForm) -> dict[str, Withheld | None]:
    chosen = {one.key: form[f"text_{n}"].data for n, one in enumerate(review.texts)}
    return {key: None if code == INCLUDE else Withheld(code) for key, code in chosen.items()}


def _next_texts(row: SubjectRequest, review: packages.Review, endpoint: str) -> str:
    if review.following is None:
        return page_of(row)
    return url_for(endpoint, subject_request_id=row.id, first=review.following)


@blueprint.post("/data-requests/<uuid:subject_request_id>/package")
@requires(FULFIL, of=SubjectRequest, step_up=True)
def package(row: SubjectRequest) -> ResponseReturnValue:
    """Everything held about the person, once, as a file that no disk of ours ever holds."""
    work = current_work()
    try:
        made = packages.make_package(work, row)
    except InvalidTransition as error:
        work.end()
        flash(translate(error.message), "error")
        return redirect(page_of(row))
    content = packed(made)
    work.commit()
    response = Response(content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{made.number}.zip")
    return response


@blueprint.route("/data-requests/<uuid:subject_request_id>/answer", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def fulfil(row: SubjectRequest) -> ResponseReturnValue:
    """The package was handed over."""
    form = AnswerForm()
    response = save(
        form,
        lambda: register.fulfil(current_work(), row, form.answer.data),
        lambda _row: page_of(row),
        _("The request is answered."),
    )
    return response or _form_page(row, form, _("The package was handed over"))


@blueprint.route("/data-requests/<uuid:subject_request_id>/correct", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def put_right(row: SubjectRequest) -> ResponseReturnValue:
    """Take over what the person says is right; who received the data is told."""
    work = current_work()
    form = correction_form(proposed(work, row))
    response = save(
        form,
        lambda: correct(work, row, form["fields"].data, form["answer"].data, row.version),
        lambda _told: page_of(row),
        _("Put right. Everybody who received these data is told."),
    )
    return response or _form_page(row, form, _("Put data right"))


@blueprint.route("/data-requests/<uuid:subject_request_id>/restrict", methods=["GET", "POST"])
@requires(FULFIL, of=SubjectRequest)
def restrict(row: SubjectRequest) -> ResponseReturnValue:
    """From now on the data are only kept."""
    work, form = current_work(), AnswerForm(version=row.version)
    response = save(
        form,
        lambda: restriction.restrict(work, row, form.answer.data, form.version.data),
        lambda _restriction: page_of(row),
        _("The data are restricted. Partners no longer read them."),
    )
    return response or _form_page(row, form, _("Restrict the data"))


@blueprint.post("/data-requests/<uuid:subject_request_id>/lift")
@requires(FULFIL, of=SubjectRequest)
def lift(row: SubjectRequest) -> Response:
    """The restriction ends."""
    return perform(
        lambda: restriction.lift(current_work(), row), page_of(row), _("The restriction is lifted.")
    )
