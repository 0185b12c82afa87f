"""A household that grows."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.requests.answers import person_of
from blueprints.requests.blueprint import blueprint
from blueprints.requests.forms import JoinForm
from casework.policy import Permission
from casework.services.requests.duplicates import note_answer
from casework.services.requests.growing import join_household, places_of
from casework.services.requests.receiving import DecisionNeeded
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.return_request import RequestMember, ReturnRequest


@blueprint.route("/requests/<uuid:request_id>/members/new", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def join(request: ReturnRequest) -> ResponseReturnValue:
    """A child is born, or somebody joins."""
    form, back = JoinForm(version=request.version), url_for("requests.show", request_id=request.id)
    needed: list[DecisionNeeded] = []
    response = save(
        form, lambda: _join(request, form, needed), lambda _made: back, _("The person is added.")
    )
    if response:
        return response
    if needed and needed[0].check.elsewhere:
        note_answer(current_work())
        current_work().commit()
    return render_template(
        "requests/join.html",
        form=form,
        back=back,
        needed=needed[0] if needed else None,
        held=bool(places_of(current_work(), request)),
    )


def _join(request: ReturnRequest, form: JoinForm, needed: list[DecisionNeeded]) -> RequestMember:
    try:
        return join_household(
            current_work(),
            request,
            person_of(form, form.relation.data),
            form.version.data,
            checked=form.checked.data,
            another_person=form.another_person.data,
            give_back=form.give_back.data,
        )
    except DecisionNeeded as decision:
        needed.append(decision)
        raise
