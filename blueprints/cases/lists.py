"""Lists of cases, the inbox, and taking somebody in."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.cases.blueprint import blueprint
from blueprints.cases.forms import CasesFilter, NewcomerForm, assignment_form
from casework.policy import Permission, may_ever
from casework.reference import register_number
from casework.services.cases import listing
from casework.services.cases.assignment import assign_case
from casework.services.cases.intake import Ground, Newcomer, take_in
from casework.services.consents.recording import Asking
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.consent_fields import giver_of
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_actor, current_work
from models.case import Case


@blueprint.get("/cases")
@requires(Permission.CASE_READ)
def index() -> str:
    """Cases, newest first."""
    form = CasesFilter(request.args)
    after = request.args.get("after")
    wanted = listing.CaseFilter(form.state.data, bool(form.mine.data), after)
    found = listing.list_cases(current_work(), wanted)
    shown = found[: listing.PAGE]
    more = len(found) > listing.PAGE
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "after"}
    return render_template(
        "cases/index.html",
        form=form,
        cases=shown,
        next=url_for("cases.index", **kept, after=shown[-1].number) if more else None,
        waiting=listing.count_inbox(current_work()),
        may_take_in=may_ever(current_actor(), Permission.CASE_CREATE),
    )


@blueprint.get("/cases/inbox")
@requires(Permission.CASE_ASSIGN)
def inbox() -> str:
    """Cases that wait to be assigned."""
    found = listing.inbox(current_work(), request.args.get("after"))
    shown = found[: listing.PAGE]
    more = len(found) > listing.PAGE
    following = url_for("cases.inbox", after=shown[-1].number) if more else None
    return render_template("cases/inbox.html", cases=shown, next=following)


@blueprint.route("/cases/<uuid:case_id>/assign", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN, of=Case)
def assign(case: Case) -> ResponseReturnValue:
    """Give the case to a worker."""
    form = assignment_form(case)
    response = save(
        form,
        lambda: assign_case(current_work(), case, UUID(form["worker"].data), form.version.data),
        lambda saved: url_for("cases.show", case_id=saved.id),
        _("The case is assigned."),
    )
    return response or render_case("cases/assign.html", case, "cases.show", form=form)


@blueprint.route("/cases/new", methods=["GET", "POST"])
@requires(Permission.CASE_CREATE)
def new() -> ResponseReturnValue:
    """Take somebody in directly."""
    form = NewcomerForm()
    response = save(
        form,
        lambda: take_in(current_work(), _newcomer(form), _ground(form)),
        lambda case: url_for("cases.show", case_id=case.id),
        _("The case is open."),
    )
    return response or render_template("cases/new.html", form=form)


def _newcomer(form: NewcomerForm) -> Newcomer:
    typed = form.register_number.data
    return Newcomer(
        given_name=form.given_name.data,
        patronymic=form.patronymic.data,
        sex=form.sex.data,
        birth_date=form.birth_date.data,
        register_number=register_number.normalised(typed) if typed else "",
        phone=form.phone.data,
        safe_contact=form.safe_contact.data,
        language=form.language.data,
    )


def _ground(form: NewcomerForm) -> Ground:
    asking = None
    if form.form.data:
        alone = bool(form.asked_alone.data)
        said = form.circumstances.data or None
        asking = Asking(
            form.form.data,
            form.language.data,
            alone,
            circumstances=said,
            giver=giver_of(form),
            interpreter=form.interpreter.data or None,
        )
    return Ground(form.basis.data, form.note.data, asking, tuple(form.categories.data or ()))
