"""Steps of a request: verified, declined, withdrawn, a duplicate, still right."""

from flask import render_template, url_for
from flask import request as page
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.requests.blueprint import blueprint
from blueprints.requests.step_forms import (
    AppealForm,
    DeclineForm,
    DuplicateForm,
    WithdrawForm,
)
from casework.policy import Permission
from casework.services.confirmations import answering
from casework.services.requests import deciding
from casework.services.requests.states import check_step
from casework.vocabulary import Channel, RequestState
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save, sent_version
from casework.web.unit import current_work
from models.return_request import ReturnRequest


def _url(request: ReturnRequest) -> str:
    return url_for("requests.show", request_id=request.id)


@blueprint.post("/requests/<uuid:request_id>/verify")
@requires(Permission.RETURN_REQUEST_VERIFY, of=ReturnRequest)
def verify(request: ReturnRequest) -> Response:
    """Papers and person were checked; into the queue."""
    return perform(
        lambda: deciding.verify_request(current_work(), request, sent_version()),
        _url(request),
        _("The request is verified and in the queue."),
    )


@blueprint.post("/requests/<uuid:request_id>/confirm-data")
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def confirm_data(request: ReturnRequest) -> Response:
    """The person said that the data are still right: at the desk, or on the telephone."""
    said = Channel.PHONE if page.form.get("channel") == "phone" else Channel.MISSION_DESK
    return perform(
        lambda: answering.confirm_data(current_work(), request, said),
        _url(request),
        _("Written down: the data are still right."),
    )


@blueprint.post("/requests/<uuid:request_id>/own-means")
@requires(Permission.RETURN_REQUEST_UPDATE, of=ReturnRequest)
def own_means(request: ReturnRequest) -> Response:
    """They came home another way."""
    return perform(
        lambda: deciding.travel_by_own_means(current_work(), request, sent_version()),
        _url(request),
        _("The request is closed: they travel by their own means."),
    )


@blueprint.post("/requests/<uuid:request_id>/restore")
@requires(Permission.RETURN_REQUEST_MERGE, of=ReturnRequest)
def restore(request: ReturnRequest) -> Response:
    """It is no duplicate after all."""
    return perform(
        lambda: deciding.restore_request(current_work(), request, sent_version()),
        _url(request),
        _("The request is back where it was."),
    )


@blueprint.route("/requests/<uuid:request_id>/decline", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_DECLINE, of=ReturnRequest)
def decline(request: ReturnRequest) -> ResponseReturnValue:
    """Decline, with the reason that the person is told."""
    form = DeclineForm(version=request.version)
    response = save(
        form,
        lambda: deciding.decline_request(
            current_work(), request, form.reason.data, form.note.data, form.version.data
        ),
        lambda _nothing: _url(request),
        _("The request is declined. Tell the person the reason, and that they may appeal."),
    )
    if response:
        return response
    check_step(current_work(), request, RequestState.DECLINED)
    return render_template("requests/decline.html", form=form, request_=request)


@blueprint.route("/requests/<uuid:request_id>/appeal", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_DECIDE_APPEAL, of=ReturnRequest)
def appeal(request: ReturnRequest) -> ResponseReturnValue:
    """Uphold the appeal of a declined request."""
    form = AppealForm(version=request.version)
    response = save(
        form,
        lambda: deciding.uphold_appeal(
            current_work(), request, form.appeal.data, form.version.data
        ),
        lambda _nothing: _url(request),
        _("The appeal is upheld. The mission can put the request in the queue."),
    )
    if response:
        return response
    check_step(current_work(), request, RequestState.VERIFIED)
    return render_template("requests/appeal.html", form=form, request_=request)


@blueprint.route("/requests/<uuid:request_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_WITHDRAW, of=ReturnRequest)
def withdraw(request: ReturnRequest) -> ResponseReturnValue:
    """One adult withdraws, on her own word."""
    form = WithdrawForm.of(request)
    response = save(
        form,
        lambda: deciding.withdraw_member(
            current_work(), request, form.chosen(request), form.withdrawal()
        ),
        lambda _nothing: _url(request),
        _("The withdrawal is written down."),
    )
    if response:
        return response
    check_step(current_work(), request, RequestState.WITHDRAWN)
    return render_template("requests/withdraw.html", form=form, request_=request)


@blueprint.route("/requests/<uuid:request_id>/duplicate", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_MERGE, of=ReturnRequest)
def duplicate(request: ReturnRequest) -> ResponseReturnValue:
    """Put the request aside as a duplicate of another."""
    form = DuplicateForm(version=request.version)
    response = save(
        form,
        lambda: deciding.mark_duplicate(
            current_work(), request, form.reference.data, form.version.data
        ),
        lambda _nothing: _url(request),
        _("The request is put aside as a duplicate. It can be restored."),
    )
    if response:
        return response
    check_step(current_work(), request, RequestState.DUPLICATE)
    return render_template("requests/duplicate.html", form=form, request_=request)
