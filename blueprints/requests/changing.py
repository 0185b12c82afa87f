"""Changing a request: the household, or one person."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask import request as page
from flask.typing import ResponseReturnValue

from blueprints.requests.answers import person_of
from blueprints.requests.blueprint import blueprint
from blueprints.requests.forms import HouseholdForm, MemberForm
from casework import clock
from casework.policy import Permission
from casework.rules.age import weeks_pregnant
from casework.services.people.reveal import revealed_to
from casework.services.requests.deciding import find_member
from casework.services.requests.editing import (
    HOUSEHOLD_FIELDS,
    PERSON_FIELDS,
    change_household,
    change_member,
)
from casework.services.requests.reading import needs_shown, shown_members
from casework.services.work import Work
from casework.vocabulary import DocumentStatus, WriteBy
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.return_request import RequestMember, ReturnRequest


@blueprint.route("/requests/<uuid:request_id>/edit", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def edit(request: ReturnRequest) -> ResponseReturnValue:
    """What is said of the household."""
    back = url_for("requests.show", request_id=request.id)
    form = HouseholdForm(data=_of_household(request), version=request.version)
    response = save(
        form,
        lambda: change_household(
            current_work(),
            request,
            {name: form[name].data for name in HOUSEHOLD_FIELDS},
            form.version.data,
        ),
        lambda _nothing: back,
        _("Saved."),
        fresh=lambda: _fresh(HouseholdForm, _of_household(request), request.version),
    )
    return response or render_template("requests/edit.html", form=form, back=back)


@blueprint.route(
    "/requests/<uuid:request_id>/members/<uuid:member_id>/edit", methods=["GET", "POST"]
)
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def edit_member(request: ReturnRequest, member_id: UUID) -> ResponseReturnValue:
    """What is said of one person."""
    work = current_work()
    member = find_member(shown_members(work, request), member_id)
    shown = bool(revealed_to(work, [member.person]))
    if not shown and page.method == "GET":
        person_id = member.person_id
        return redirect(url_for("requests.show_person", request_id=request.id, person_id=person_id))
    back = url_for("requests.show", request_id=request.id)
    form = MemberForm(data=_of_member(member) if shown else None, version=member.version)
    response = save(
        form,
        lambda: _change(work, request, member, form),
        lambda _nothing: back,
        _("Saved."),
        fresh=(lambda: _fresh(MemberForm, _of_member(member), member.version)) if shown else None,
    )
    return response or render_template("requests/edit_member.html", form=form, back=back)


def _change(work: Work, request: ReturnRequest, member: RequestMember, form: MemberForm) -> None:
    change_member(work, request, member, person_of(form, member.relation), form.version.data)


def _of_household(request: ReturnRequest) -> dict[str, Any]:
    return {name: getattr(request, name) for name in HOUSEHOLD_FIELDS}


def _of_member(member: RequestMember) -> dict[str, Any]:
    due, status = member.due_date, member.document_status
    return {
        **{name: getattr(member.person, name) for name in PERSON_FIELDS},
        "may_write": WriteBy(member.person.may_write) if member.person.may_write else None,
        "document_status": DocumentStatus(status) if status else None,
        "needs": needs_shown(member),
        "pregnancy_weeks": weeks_pregnant(due, clock.today()) if due else None,
    }


def _fresh(kind: type[Any], values: dict[str, Any], version: int) -> tuple[Any, int]:
    """The saved values as a form of their own, not what was just sent."""
    return kind(formdata=None, data=values), version
