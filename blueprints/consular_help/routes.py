"""Consular help that needs no return: on a request, and by mission and payer."""

from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.consular_help.forms import HelpForm, ReverseHelpForm
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.consular_help.log import decide_help, record_help, reverse_help
from casework.services.consular_help.reading import help_given, help_totals, help_waiting
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.return_request import ReturnRequest

blueprint = Blueprint("consular_help", __name__)


def _index(request: ReturnRequest) -> str:
    return url_for("consular_help.index", request_id=request.id)


@blueprint.get("/requests/help")
@requires(Permission.RETURN_REQUEST_VERIFY)
def overview() -> str:
    """What waits for a second person, and what was given by mission and payer."""
    work = current_work()
    return render_template(
        "consular_help/overview.html", waiting=help_waiting(work), totals=help_totals(work)
    )


@blueprint.get("/requests/<uuid:request_id>/help")
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def index(request: ReturnRequest) -> str:
    """What the household got."""
    work = current_work()
    return render_template(
        "consular_help/index.html",
        request_=request,
        lines=help_given(work, request),
        may_decide=allowed(work, Permission.RETURN_REQUEST_VERIFY, request),
    )


@blueprint.route("/requests/<uuid:request_id>/help/new", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def record(request: ReturnRequest) -> ResponseReturnValue:
    """Record help."""
    form = HelpForm()
    response = save(
        form,
        lambda: record_help(current_work(), request, form.helped()),
        lambda _entry: _index(request),
        _("The help is recorded."),
    )
    return response or render_template("consular_help/new.html", form=form, back=_index(request))


@blueprint.post("/requests/<uuid:request_id>/help/<uuid:help_id>/approve")
@requires(Permission.RETURN_REQUEST_VERIFY, of=ReturnRequest)
def approve(request: ReturnRequest, help_id: UUID) -> Response:
    """A second person approves."""
    return perform(
        lambda: decide_help(current_work(), request, help_id, approved=True),
        _index(request),
        _("The help is approved."),
    )


@blueprint.post("/requests/<uuid:request_id>/help/<uuid:help_id>/refuse")
@requires(Permission.RETURN_REQUEST_VERIFY, of=ReturnRequest)
def refuse(request: ReturnRequest, help_id: UUID) -> Response:
    """A second person refuses: the entry stays and does not count."""
    return perform(
        lambda: decide_help(current_work(), request, help_id, approved=False),
        _index(request),
        _("The help is refused; it does not count."),
    )


@blueprint.route("/requests/<uuid:request_id>/help/<uuid:help_id>/reverse", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def reverse(request: ReturnRequest, help_id: UUID) -> ResponseReturnValue:
    """Take an entry back by another one."""
    form = ReverseHelpForm()
    response = save(
        form,
        lambda: reverse_help(current_work(), request, help_id, form.reason.data),
        lambda _entry: _index(request),
        _("The entry is reversed."),
    )
    return response or render_template(
        "consular_help/reverse.html", form=form, back=_index(request)
    )
