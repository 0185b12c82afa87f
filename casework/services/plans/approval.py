"""Approving a plan: another person than its author promises the money and starts the work."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission, can
from casework.rules.workflow import PLAN
from casework.services.access import require_facts
from casework.services.assistance.ledger import locked_lines, promise
from casework.services.cases.follow_ups import plan_follow_ups
from casework.services.cases.states import advance_case, require_open
from casework.services.facts import facts_of
from casework.services.idempotency import expect_version
from casework.services.plans.writing import move_plan, the_plan
from casework.services.scopes import visible
from casework.services.users import users_by_id
from casework.services.work import Work
from casework.vocabulary import CaseState, PlanState
from models.case import Case
from models.plan import Plan


@dataclass(frozen=True)
class WaitingPlan:
    """A plan that waits for approval; `may_approve` is false for its own author."""

    case: Case
    submitted_at: datetime | None
    author: str
    may_approve: bool


def may_approve(work: Work, case: Case, plan: Plan) -> bool:
    """Whether the actor may approve or return this plan: never its author."""
    facts = replace(facts_of(case, work.session), author=plan.written_by_id)
    return can(work.actor, Permission.PLAN_APPROVE, facts)


def approve_plan(work: Work, case: Case, version: int | None = None) -> Plan:
    """Approve: promise each step's cost on its line, move the case to active, plan the visits.

    Raises InvalidInput naming the line and what is left when one would be overdrawn (nothing is
    promised then), Refused for the author, StaleRecord when `version` is not what waits now.
    """
    plan = _locked_plan(work, case, PlanState.APPROVED, version)
    lines = locked_lines(work, {item.budget_line_id for item in plan.items if item.budget_line_id})
    promise(lines, plan.items)
    plan.approved_by_id, plan.approved_at = work.actor.id, clock.now()
    plan.return_note = None
    move_plan(work, plan, PlanState.APPROVED, "plan.approved")
    advance_case(work, case, CaseState.ACTIVE)
    plan_follow_ups(work, case, clock.today())
    return plan


def return_plan(work: Work, case: Case, note: str, version: int | None = None) -> Plan:
    """Send the plan back to its author with a note on what to change."""
    plan = _locked_plan(work, case, PlanState.RETURNED, version)
    if not note.strip():
        raise InvalidInput(N_("Say what should be changed."), "note")
    plan.return_note = note.strip()
    move_plan(work, plan, PlanState.RETURNED, "plan.returned")
    return plan


def plans_waiting(work: Work) -> list[WaitingPlan]:
    """Plans that wait for approval in the actor's cases, the longest waiting first."""
    plans = work.session.scalars(
        select(Plan)
        .join(Plan.case)
        .where(
            Plan.state == PlanState.SUBMITTED,
            visible(work.actor, Permission.PLAN_APPROVE, Case),
        )
        .options(joinedload(Plan.case))
        .order_by(Plan.submitted_at)
    ).all()
    authors = _names(work, {plan.written_by_id for plan in plans})
    return [
        WaitingPlan(
            plan.case,
            plan.submitted_at,
            authors[plan.written_by_id],
            plan.written_by_id != work.actor.id,
        )
        for plan in plans
    ]


def _names(work: Work, user_ids: set[UUID]) -> dict[UUID, str]:
    return {user.id: user.name for user in users_by_id(work, user_ids).values()}


def _locked_plan(work: Work, case: Case, target: PlanState, version: int | None) -> Plan:
    """The plan as it is now, locked, when the actor may take it to `target`."""
    require_open(case)
    work.session.execute(
        select(Plan.id).where(Plan.case_id == case.id).with_for_update(of=Plan)
    ).all()
    plan = the_plan(work, case)
    work.session.refresh(plan, ["state", "version", "written_by_id"])
    facts = replace(facts_of(case, work.session), author=plan.written_by_id)
    require_facts(work, Permission.PLAN_APPROVE, facts)
    expect_version(plan, version)
    PLAN.check(plan.state, target)
    return plan
