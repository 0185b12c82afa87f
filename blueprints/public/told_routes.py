"""For the missions: what came from the public pages, and new PINs."""

from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.public.forms import NewPinForm
from casework.errors import InvalidInput
from casework.policy import Permission
from casework.services.public.inbox import (
    mark_seen,
    may_close,
    not_seen,
    other_numbers,
    telling_of,
    to_verify,
)
from casework.services.public.pins import code_of, give_pin, in_groups
from casework.services.requests.deciding import find_member
from casework.services.requests.reading import shown_members
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform
from casework.web.unit import current_work
from models.return_request import ReturnRequest

blueprint = Blueprint("told", __name__)


@blueprint.get("/told")
@requires(Permission.RETURN_REQUEST_VERIFY)
def index() -> str:
    """Requests to verify, changes, appeals, and requests that look the same."""
    work = current_work()
    told = not_seen(work)
    return render_template(
        "public/told.html",
        requests=to_verify(work),
        told=told,
        closable=may_close(work, told),
        numbers=other_numbers(work, told),
    )


@blueprint.post("/requests/<uuid:request_id>/told/<uuid:telling_id>")
@requires(Permission.RETURN_REQUEST_VERIFY, of=ReturnRequest)
def seen(request: ReturnRequest, telling_id: UUID) -> Response:
    """It was looked at."""
    telling = telling_of(request, telling_id, current_work())
    return perform(
        lambda: mark_seen(current_work(), telling), url_for("told.index"), _("Marked as done.")
    )


@blueprint.route("/requests/<uuid:request_id>/pin/<uuid:member_id>", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_VERIFY, of=ReturnRequest)
def pin(request: ReturnRequest, member_id: UUID) -> ResponseReturnValue:
    """A new PIN for one adult, shown once; the one before opens nothing any more."""
    work = current_work()
    member = find_member(shown_members(work, request), member_id)
    form, made = NewPinForm(), None
    if form.validate_on_submit():
        try:
            made = in_groups(give_pin(work, request, member))
            work.commit()
        except InvalidInput as error:
            form.refuse(error)
    return render_template(
        "public/pin.html", form=form, pin=made, code=code_of(member), member=member
    )
