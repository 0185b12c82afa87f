"""Versions of the policy: history, a draft and its settings, what it would change, publishing."""

from collections.abc import Iterator

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.policy.blueprint import blueprint
from blueprints.policy.forms import PolicyForm, PublishForm, answers
from casework.policy import Permission, may_ever
from casework.rules.policy_moves import Simulation
from casework.rules.priority import Policy
from casework.services.approvals.asking import waiting_for
from casework.services.policies import published_policy
from casework.services.policy import drafting, simulating
from casework.services.policy.publishing import ask_publication
from casework.vocabulary import ApprovalKind, JobState, PolicyState
from casework.web.access import requires
from casework.web.i18n import _, country_name, shown
from casework.web.saving import perform, save, sent_version
from casework.web.unit import current_work, start_jobs
from models.return_request import PriorityPolicy


@blueprint.get("/policy")
@requires(Permission.PRIORITY_POLICY_READ)
def index() -> str:
    """What is in force, and every version there ever was."""
    work = current_work()
    return render_template(
        "policy/index.html",
        versions=drafting.versions(work),
        may_draft=may_ever(work.actor, Permission.PRIORITY_POLICY_PUBLISH),
    )


@blueprint.get("/policy/<uuid:priority_policy_id>")
@requires(Permission.PRIORITY_POLICY_READ, of=PriorityPolicy)
def show(version: PriorityPolicy) -> str:
    """One version, compared with the policy in force."""
    work = current_work()
    current, policy = published_policy(work)
    return render_template(
        "policy/show.html",
        version=version,
        current=current,
        rows=list(_compared(Policy.parse(version.content), policy)),
        waits=bool(waiting_for(work, ApprovalKind.PRIORITY_POLICY, version)),
        own=version.state is PolicyState.DRAFT and version.proposed_by_id == work.actor.id,
        may_draft=may_ever(work.actor, Permission.PRIORITY_POLICY_PUBLISH),
    )


def _compared(policy: Policy, current: Policy) -> Iterator[tuple[str, str, str]]:
    """Each setting by its name: in this version, and in the policy in force."""
    form, here, there = PolicyForm(formdata=None), answers(policy), answers(current)
    for field in form.visible_fields():
        yield (
            str(field.label.text),
            _shown(here[field.short_name]),
            _shown(there[field.short_name]),
        )


def _shown(value: object) -> str:
    return (_("Yes") if value else _("No")) if isinstance(value, bool) else shown(value)


@blueprint.post("/policy/<uuid:priority_policy_id>/drafts")
@requires(Permission.PRIORITY_POLICY_PUBLISH, of=PriorityPolicy)
def start(version: PriorityPolicy) -> ResponseReturnValue:
    """Begin a draft with the settings of this version."""
    return perform(
        lambda: drafting.start_draft(current_work(), version),
        url_for("policy.index"),
        _("The draft stands on top of the list."),
    )


@blueprint.route("/policy/<uuid:priority_policy_id>/edit", methods=["GET", "POST"])
@requires(Permission.PRIORITY_POLICY_PUBLISH, of=PriorityPolicy)
def edit(draft: PriorityPolicy) -> ResponseReturnValue:
    """Change the settings of one's own draft; a question for approval ends."""
    data = answers(Policy.parse(draft.content))
    form = PolicyForm(data=data, version=draft.version)
    back = url_for("policy.show", priority_policy_id=draft.id)
    response = save(
        form,
        lambda: drafting.change_draft(current_work(), draft, form.settings(), form.version.data),
        lambda _done: back,
        _("The draft is saved."),
    )
    return response or render_template("policy/edit.html", form=form, draft=draft, back=back)


@blueprint.route("/policy/<uuid:priority_policy_id>/publish", methods=["GET", "POST"])
@requires(Permission.PRIORITY_POLICY_PUBLISH, of=PriorityPolicy, step_up=True)
def publish(draft: PriorityPolicy) -> ResponseReturnValue:
    """Ask that one's own draft be published; a second person decides."""
    form, back = PublishForm(), url_for("policy.show", priority_policy_id=draft.id)
    response = save(
        form,
        lambda: ask_publication(current_work(), draft, form.reason.data),
        lambda _approval: back,
        _("A second person now decides."),
    )
    return response or render_template("policy/publish.html", form=form, draft=draft, back=back)


@blueprint.post("/policy/<uuid:priority_policy_id>/withdraw")
@requires(Permission.PRIORITY_POLICY_PUBLISH, of=PriorityPolicy)
def withdraw(draft: PriorityPolicy) -> ResponseReturnValue:
    """Give one's own draft up; it stays in the list."""
    return perform(
        lambda: drafting.withdraw_draft(current_work(), draft, sent_version()),
        url_for("policy.index"),
        _("The draft is withdrawn."),
    )


@blueprint.post("/policy/<uuid:priority_policy_id>/simulation")
@requires(Permission.PRIORITY_POLICY_PUBLISH, of=PriorityPolicy)
def ask_simulation(version: PriorityPolicy) -> ResponseReturnValue:
    """Let a worker find out who would move."""
    response = perform(
        lambda: simulating.ask_simulation(current_work(), version),
        url_for("policy.simulation", priority_policy_id=version.id),
    )
    start_jobs()
    return response


@blueprint.get("/policy/<uuid:priority_policy_id>/simulation")
@requires(Permission.PRIORITY_POLICY_PUBLISH, of=PriorityPolicy)
def simulation(version: PriorityPolicy) -> str:
    """Who would move in today's queue: groups, and the head of the queue by number."""
    job = simulating.latest_simulation(current_work(), version)
    told = job.result if job is not None and job.state is JobState.DONE else None
    return render_template(
        "policy/simulation.html",
        version=version,
        job=job,
        found=Simulation.parse(told) if told and "reserved" in told else None,
        country=country_name,
    )
