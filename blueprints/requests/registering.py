"""Registering a household."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.requests.answers import household_of
from blueprints.requests.blueprint import blueprint
from blueprints.requests.forms import RegisterForm
from casework.policy import Permission
from casework.services.requests.drafts import end_draft
from casework.services.requests.duplicates import note_answer
from casework.services.requests.household_input import HouseholdInput
from casework.services.requests.receiving import DecisionNeeded, receive_request
from casework.services.requests.registering import home_country
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import form_key, save
from casework.web.unit import current_work
from models.return_request import ReturnRequest


@blueprint.route("/requests/new", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_CREATE)
def new() -> ResponseReturnValue:
    """A household asks to come home."""
    form = RegisterForm(country=home_country(current_work()))
    if form.is_submitted() and form.change_people(request.form.get("people", "")):
        return render_template("requests/new.html", form=form, needed=None)
    needed: list[DecisionNeeded] = []
    response = save(
        form,
        lambda: _receive(form, needed),
        lambda made: url_for("requests.show", request_id=made.id),
        _("The request is registered."),
    )
    if response:
        return response
    if needed and needed[0].check.elsewhere:
        note_answer(current_work())
        current_work().commit()
    return render_template("requests/new.html", form=form, needed=needed[0] if needed else None)


def _receive(form: RegisterForm, needed: list[DecisionNeeded]) -> ReturnRequest:
    work = current_work()
    household: HouseholdInput = household_of(work, form)
    end_draft(work, form_key(form.idempotency_key.data))
    try:
        return receive_request(
            work,
            household,
            checked=form.checked.data,
            another_person=form.another_person.data,
        )
    except DecisionNeeded as decision:
        needed.append(decision)
        raise
