"""Taking in a request: from a person's record, or by the officer with a number."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.rights.blueprint import blueprint
from blueprints.rights.forms import OfficerRegisterForm, RegisterForm
from casework.clock import today
from casework.policy import Permission
from casework.rules.subject_requests import deadlines
from casework.services.people.reveal import people_of, person_among
from casework.services.requests.reading import shown_members
from casework.services.rights.lookup import find_person
from casework.services.rights.register import About, Asked, own_registered, register
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.case import Case
from models.person import Person
from models.return_request import ReturnRequest


def _asked(form: RegisterForm) -> Asked:
    return Asked(
        kind=form.kind.data,
        asked_by=form.asked_by.data,
        received_on=form.received_on.data,
        asker=form.asker.data or "",
        words=form.words.data or "",
        proposal=form.proposal(),
    )


def _register_page(person: Person, about: About, back: str) -> ResponseReturnValue:
    form = RegisterForm(data={"received_on": today()})
    response = save(
        form,
        lambda: register(current_work(), person, _asked(form), about),
        lambda _row: url_for("rights.own"),
        _("The request is with the protection officer."),
    )
    return response or render_template(
        "rights/new.html", form=form, back=back, person=person, rules=deadlines()
    )


@blueprint.route("/cases/<uuid:case_id>/people/<uuid:person_id>/data", methods=["GET", "POST"])
@requires(Permission.SUBJECT_REQUEST_REGISTER, of=Case)
def new_on_case(case: Case, person_id: UUID) -> ResponseReturnValue:
    """A person of a case asks something of her data."""
    person = person_among(people_of(case), person_id)
    return _register_page(person, case, url_for("cases.people", case_id=case.id))


@blueprint.route(
    "/requests/<uuid:request_id>/people/<uuid:person_id>/data", methods=["GET", "POST"]
)
@requires(Permission.SUBJECT_REQUEST_REGISTER, of=ReturnRequest)
def new_on_request(request: ReturnRequest, person_id: UUID) -> ResponseReturnValue:
    """A person of a return request asks something of her data."""
    people = [member.person for member in shown_members(current_work(), request)]
    person = person_among(people, person_id)
    return _register_page(person, request, url_for("requests.show", request_id=request.id))


@blueprint.route("/data-requests/new", methods=["GET", "POST"])
@requires(Permission.SUBJECT_REQUEST_FULFIL)
def new() -> ResponseReturnValue:
    """The officer takes in a request of somebody who shows a number."""
    form = OfficerRegisterForm(data={"received_on": today()})
    work = current_work()
    response = save(
        form,
        lambda: register(work, find_person(work, form.identifier.data), _asked(form)),
        lambda row: url_for("rights.show", subject_request_id=row.id),
        _("The request is registered. Compare the name with the person before you go on."),
    )
    return response or render_template(
        "rights/new.html", form=form, back=url_for("rights.index"), person=None, rules=deadlines()
    )


@blueprint.get("/registered-data-requests")
@requires(Permission.SUBJECT_REQUEST_REGISTER)
def own() -> str:
    """What I registered, and how it stands."""
    return render_template("rights/own.html", rows=own_registered(current_work()))
