"""The plan of a case: goal, steps, approval, outcome."""

from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.plans.forms import EndForm, GoalForm, ReturnForm, item_form
from casework.errors import NotFound
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.assistance.choices import payable_lines
from casework.services.plans import approval, progress, writing
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.i18n import _
from casework.web.saving import perform, save, sent_version
from casework.web.unit import current_work
from models.case import Case

blueprint = Blueprint("plans", __name__)
TAB = "plans.show"


def page_of(case: Case) -> str:
    """The address of the plan."""
    return url_for("plans.show", case_id=case.id)


@blueprint.get("/cases/<uuid:case_id>/plan")
@requires(Permission.CASE_READ, of=Case)
def show(case: Case) -> ResponseReturnValue:
    """Goal, steps and money."""
    work = current_work()
    found = progress.plan_progress(work, case)
    return render_case(
        "plans/show.html",
        case,
        TAB,
        progress=found,
        plan=found.plan if found else None,
        writable=found is not None and found.plan.state in writing.WRITABLE,
        may_write=allowed(work, Permission.PLAN_WRITE, case),
        may_record=allowed(work, Permission.ASSISTANCE_RECORD, case),
        may_approve=found is not None and approval.may_approve(work, case, found.plan),
    )


@blueprint.route("/cases/<uuid:case_id>/plan/goal", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE, of=Case)
def write_goal(case: Case) -> ResponseReturnValue:
    """Begin the plan with its goal, or change it."""
    work = current_work()
    plan = writing.plan_of(work, case)
    form = GoalForm(obj=plan) if plan else GoalForm()
    response = save(
        form,
        lambda: writing.write_goal(work, case, form.goal.data, form.version.data),
        lambda _plan: page_of(case),
        _("The goal is saved."),
        fresh=lambda: (GoalForm(formdata=None, obj=plan), plan.version if plan else 0),
    )
    return response or render_case("plans/goal.html", case, TAB, form=form)


@blueprint.route("/cases/<uuid:case_id>/plan/items/new", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE, of=Case)
def add_item(case: Case) -> ResponseReturnValue:
    """Add a step."""
    work = current_work()
    writing.the_plan(work, case)
    form = item_form(payable_lines(work))
    response = save(
        form,
        lambda: writing.add_item(work, case, form.facts()),
        lambda _item: page_of(case),
        _("The step is added."),
    )
    return response or render_case("plans/item.html", case, TAB, form=form, item=None)


@blueprint.route("/cases/<uuid:case_id>/plan/items/<uuid:item_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE, of=Case)
def change_item(case: Case, item_id: UUID) -> ResponseReturnValue:
    """Change a step of a plan that is not approved yet."""
    work = current_work()
    item, lines = writing.item_of(work, case, item_id), payable_lines(work)
    form = item_form(lines, item)
    response = save(
        form,
        lambda: writing.change_item(work, case, item_id, form.facts(), form.version.data),
        lambda _item: page_of(case),
        _("The step is saved."),
        fresh=lambda: (item_form(lines, item, saved=True), item.version),
    )
    return response or render_case("plans/item.html", case, TAB, form=form, item=item)


@blueprint.post("/cases/<uuid:case_id>/plan/items/<uuid:item_id>/remove")
@requires(Permission.PLAN_WRITE, of=Case)
def remove_item(case: Case, item_id: UUID) -> Response:
    """Take a step out."""
    work = current_work()
    return perform(
        lambda: writing.remove_item(work, case, item_id), page_of(case), _("The step is removed.")
    )


@blueprint.post("/cases/<uuid:case_id>/plan/submit")
@requires(Permission.PLAN_WRITE, of=Case)
def submit(case: Case) -> Response:
    """Send the plan for approval."""
    work = current_work()
    return perform(
        lambda: writing.submit_plan(work, case, sent_version()),
        page_of(case),
        _("The plan is sent. A supervisor approves it or returns it."),
    )


@blueprint.post("/cases/<uuid:case_id>/plan/approve")
@requires(Permission.PLAN_APPROVE, of=Case)
def approve(case: Case) -> Response:
    """Approve the plan and promise its money."""
    work = current_work()
    return perform(
        lambda: approval.approve_plan(work, case, sent_version()),
        page_of(case),
        _("The plan is approved and its money promised."),
    )


@blueprint.route("/cases/<uuid:case_id>/plan/return", methods=["GET", "POST"])
@requires(Permission.PLAN_APPROVE, of=Case)
def send_back(case: Case) -> ResponseReturnValue:
    """Return the plan for changes."""
    work = current_work()
    plan = writing.the_plan(work, case)
    if not approval.may_approve(work, case, plan):
        raise NotFound
    form = ReturnForm(version=plan.version)
    response = save(
        form,
        lambda: approval.return_plan(work, case, form.note.data, form.version.data),
        lambda _plan: page_of(case),
        _("The plan is returned for changes."),
    )
    return response or render_case("plans/return.html", case, TAB, form=form)


@blueprint.post("/cases/<uuid:case_id>/plan/items/<uuid:item_id>/start")
@requires(Permission.PLAN_WRITE, of=Case)
def start_item(case: Case, item_id: UUID) -> Response:
    """A step is under way."""
    work = current_work()
    return perform(
        lambda: progress.start_item(work, case, item_id), page_of(case), _("The step is under way.")
    )


@blueprint.route("/cases/<uuid:case_id>/plan/items/<uuid:item_id>/end", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE, of=Case)
def end_item(case: Case, item_id: UUID) -> ResponseReturnValue:
    """A step is done or dropped."""
    work = current_work()
    item = writing.item_of(work, case, item_id)
    form = EndForm(version=item.version)
    response = save(
        form,
        lambda: progress.end_item(
            work, case, item_id, form.state.data, form.outcome.data, form.version.data
        ),
        lambda _item: page_of(case),
        _("The step is saved."),
    )
    return response or render_case("plans/end.html", case, TAB, form=form, item=item)
