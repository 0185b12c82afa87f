"""A person who is private from the household: a page of her own."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.requests.blueprint import blueprint
from blueprints.requests.forms import PrivacyForm
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.people.reveal import revealed_to
from casework.services.requests.deciding import find_member
from casework.services.requests.privacy import set_private
from casework.services.requests.reading import needs_shown, shown_members
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.return_request import ReturnRequest


@blueprint.get("/requests/<uuid:request_id>/members/<uuid:member_id>")
@requires(Permission.RETURN_REQUEST_READ, of=ReturnRequest)
def member(request: ReturnRequest, member_id: UUID) -> str:
    """One person alone, to be opened when nobody else of the household looks on."""
    work = current_work()
    found = find_member(shown_members(work, request), member_id)
    return render_template(
        "requests/member.html",
        request_=request,
        member=found,
        shown=found.person_id in revealed_to(work, [found.person]),
        needs=needs_shown(found),
        may_reveal=allowed(work, Permission.IDENTITY_REVEAL, request),
        may_register=allowed(work, Permission.SUBJECT_REQUEST_REGISTER, request),
        may_change=allowed(work, Permission.RETURN_REQUEST_UPDATE, request),
        may_give_pin=allowed(work, Permission.RETURN_REQUEST_VERIFY, request),
    )


@blueprint.route(
    "/requests/<uuid:request_id>/members/<uuid:member_id>/privacy", methods=["GET", "POST"]
)
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def privacy(request: ReturnRequest, member_id: UUID) -> ResponseReturnValue:
    """Make a person private from the household, or no longer."""
    work = current_work()
    found = find_member(shown_members(work, request), member_id)
    form = PrivacyForm(private=found.private, version=found.version)
    back = url_for("requests.show", request_id=request.id)
    response = save(
        form,
        lambda: set_private(work, request, found, form.private.data, form.version.data),
        lambda _nothing: back,
        _("Saved."),
    )
    return response or render_template("requests/privacy.html", form=form, member=found, back=back)
