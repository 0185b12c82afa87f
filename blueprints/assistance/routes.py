"""The assistance log of a case, and logging from anywhere."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.assistance.forms import CaseFilter, ReverseForm, log_form, needs_rate
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.assistance.choices import payable_lines, recordable_cases, totals
from casework.services.assistance.listing import entries_of
from casework.services.assistance.log import (
    entry_of,
    may_reverse,
    record_assistance,
    reverse_assistance,
)
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.case import Case

blueprint = Blueprint("assistance", __name__)


def sent_id(name: str) -> UUID | None:
    """An id of the address; None for anything that is no id."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


@blueprint.get("/assistance/new")
@requires(Permission.ASSISTANCE_RECORD)
def choose() -> ResponseReturnValue:
    """Whose help it was: a case by its number, or one of mine."""
    form = CaseFilter(request.args)
    number = form.number.data if form.validate() else ""
    cases = recordable_cases(current_work(), number or "")
    if number and len(cases) == 1:
        return redirect(url_for("assistance.log", case_id=cases[0].id))
    return render_template("assistance/choose.html", form=form, cases=cases, asked=number)


@blueprint.get("/cases/<uuid:case_id>/assistance")
@requires(Permission.CASE_READ, of=Case)
def index(case: Case) -> ResponseReturnValue:
    """Everything that was given, newest first."""
    work = current_work()
    entries, following = entries_of(work, case, sent_id("before"))
    return render_case(
        "assistance/index.html",
        case,
        "assistance.index",
        entries=entries,
        following=following,
        totals=totals(work, case),
        may_record=allowed(work, Permission.ASSISTANCE_RECORD, case),
    )


@blueprint.route("/cases/<uuid:case_id>/assistance/new", methods=["GET", "POST"])
@requires(Permission.ASSISTANCE_RECORD, of=Case)
def log(case: Case) -> ResponseReturnValue:
    """Log what was given."""
    work = current_work()
    form = log_form(work, case, sent_id("item"), current_user.profile.name)
    response = save(
        form,
        lambda: record_assistance(work, case, form.given()),
        lambda _entry: url_for("assistance.index", case_id=case.id),
        _("The assistance is recorded."),
    )
    if response:
        return response
    foreign = needs_rate(form, payable_lines(work))
    return render_case("assistance/log.html", case, "assistance.index", form=form, foreign=foreign)


@blueprint.route(
    "/cases/<uuid:case_id>/assistance/<uuid:entry_id>/reverse", methods=["GET", "POST"]
)
@requires(Permission.ASSISTANCE_RECORD, of=Case)
def reverse(case: Case, entry_id: UUID) -> ResponseReturnValue:
    """Undo an entry by one that gives the money back."""
    work, form = current_work(), ReverseForm()
    entry = entry_of(work, case, entry_id)
    response = save(
        form,
        lambda: reverse_assistance(work, case, entry_id, form.reason.data),
        lambda _entry: url_for("assistance.index", case_id=case.id),
        _("The entry is reversed."),
    )
    return response or render_case(
        "assistance/reverse.html",
        case,
        "assistance.index",
        form=form,
        entry=entry,
        own=may_reverse(work, entry),
    )
