"""Papers and fitness of one person of a request."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.requests.blueprint import blueprint
from blueprints.requests.travel_forms import TravelForm
from casework.policy import Permission
from casework.services.requests.deciding import find_member
from casework.services.requests.editing import TRAVEL_FIELDS, change_travel
from casework.services.requests.reading import shown_members
from casework.vocabulary import DocumentStatus
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.return_request import RequestMember, ReturnRequest


@blueprint.route(
    "/requests/<uuid:request_id>/members/<uuid:member_id>/travel", methods=["GET", "POST"]
)
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def travel(request: ReturnRequest, member_id: UUID) -> ResponseReturnValue:
    """What a person travels on, and whether she may on the day."""
    work = current_work()
    member = find_member(shown_members(work, request), member_id)
    back = url_for("requests.show", request_id=request.id)
    form = TravelForm(data=_known(member), version=member.version)
    response = save(
        form,
        lambda: change_travel(work, request, member, _answers(form), form.version.data),
        lambda _nothing: back,
        _("Saved."),
        fresh=lambda: (TravelForm(formdata=None, data=_known(member)), member.version),
    )
    return response or render_template("requests/travel.html", form=form, back=back)


def _known(member: RequestMember) -> dict[str, Any]:
    status = member.document_status
    known = {name: getattr(member, name) for name in TRAVEL_FIELDS}
    return known | {"document_status": DocumentStatus(status) if status else None}


def _answers(form: TravelForm) -> dict[str, Any]:
    answers = {name: form[name].data for name in TRAVEL_FIELDS}
    return answers | {"multiple_pregnancy": answers["multiple_pregnancy"] or None}
