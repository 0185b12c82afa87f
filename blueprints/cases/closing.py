"""Suspending, closing and reopening a case."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints.cases.blueprint import blueprint
from blueprints.cases.forms import ClosureForm, DecisionForm
from casework.policy import Permission
from casework.services.cases import closing
from casework.services.cases.states import next_states, step_to
from casework.services.users import users_by_id
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.i18n import _
from casework.web.saving import perform, save, sent_version
from casework.web.unit import current_work
from models.case import Case


@blueprint.route("/cases/<uuid:case_id>/state", methods=["GET", "POST"])
@requires(Permission.CASE_UPDATE, of=Case)
def state(case: Case) -> ResponseReturnValue:
    """Where the case stands, and where it can go."""
    work = current_work()
    if request.method == "POST":
        return perform(
            lambda: step_to(work, case, request.form.get("state", ""), sent_version()),
            url_for("cases.show", case_id=case.id),
            _("The state is changed."),
        )
    return render_case("cases/state.html", case, "cases.show", states=next_states(work, case))


@blueprint.route("/cases/<uuid:case_id>/close", methods=["GET", "POST"])
@requires(Permission.CASE_CLOSE, of=Case)
def close(case: Case) -> ResponseReturnValue:
    """Ask that the case be closed."""
    work, form = current_work(), ClosureForm(version=case.version)
    response = save(
        form,
        lambda: closing.request_closure(
            work, case, form.reason.data, form.note.data, form.version.data
        ),
        lambda saved: url_for("cases.show", case_id=saved.id),
        _("A second person now decides."),
    )
    matters = closing.open_matters(work, case)
    return response or render_case(
        "cases/close.html", case, "cases.show", form=form, matters=matters
    )


@blueprint.route("/cases/<uuid:case_id>/closure", methods=["GET", "POST"])
@requires(Permission.CASE_APPROVE_CLOSURE, of=Case)
def closure(case: Case) -> ResponseReturnValue:
    """Approve or refuse to close."""
    work, form = current_work(), DecisionForm()
    response = save(
        form,
        lambda: closing.decide_closure(work, case, form.approved.data, form.why.data),
        lambda saved: url_for("cases.show", case_id=saved.id),
        _("The decision is written down."),
    )
    asker = next(iter(users_by_id(work, [case.closure_requested_by_id]).values()), None)
    return response or render_case(
        "cases/closure.html",
        case,
        "cases.show",
        form=form,
        asker=asker,
        matters=closing.open_matters(work, case),
    )


@blueprint.post("/cases/<uuid:case_id>/reopen")
@requires(Permission.CASE_APPROVE_CLOSURE, of=Case)
def reopen(case: Case) -> ResponseReturnValue:
    """Take a closed case up again."""
    return perform(
        lambda: closing.reopen_case(current_work(), case),
        url_for("cases.show", case_id=case.id),
        _("The case is open again."),
    )
