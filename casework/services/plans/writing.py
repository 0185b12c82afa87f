"""Writing a plan: its goal and its steps, until it is approved."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.rules.money import MNT, Money
from casework.rules.workflow import PLAN
from casework.services.access import require
from casework.services.cases.states import advance_case, require_open
from casework.services.idempotency import expect_version
from casework.services.work import Work
from casework.vocabulary import CaseState, PlanItemKind, PlanItemState, PlanState, Purpose
from models.assistance import BudgetLine
from models.case import Case
from models.plan import Assessment, Plan, PlanItem

WRITABLE = (PlanState.DRAFT, PlanState.RETURNED)


@dataclass(frozen=True)
class ItemFacts:
    """A step as it is written. A step that costs money names the budget line that pays."""

    kind: PlanItemKind
    description: str
    provider: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    planned_cost: Decimal = Decimal(0)
    line_id: UUID | None = None


def plan_of(work: Work, case: Case) -> Plan | None:
    """The case's plan with its steps and their lines."""
    return work.session.scalars(
        select(Plan)
        .where(Plan.case_id == case.id)
        .options(selectinload(Plan.items).joinedload(PlanItem.budget_line), joinedload(Plan.case))
    ).first()


def the_plan(work: Work, case: Case) -> Plan:
    """The case's plan; NotFound when none was begun."""
    plan = plan_of(work, case)
    if plan is None:
        raise NotFound
    return plan


def item_of(work: Work, case: Case, item_id: UUID) -> PlanItem:
    """One step of this case's plan; NotFound when there is none."""
    for item in the_plan(work, case).items:
        if item.id == item_id:
            return item
    raise NotFound


def write_goal(work: Work, case: Case, goal: str, version: int | None = None) -> Plan:
    """Begin the plan, or change its goal; the first one moves the case to planning.

    Raises InvalidTransition while nothing was assessed, or when the plan is under approval.
    """
    require(work, Permission.PLAN_WRITE, case)
    require_open(case)
    if not goal.strip():
        raise InvalidInput(N_("Write the goal in the person's own words."), "goal")
    plan = plan_of(work, case)
    if plan is None:
        return _begin(work, case, goal.strip())
    expect_version(plan, version)
    require_writable(plan)
    plan.goal = goal.strip()
    record_plan(work, "plan.goal_changed", plan, {})
    return plan


def _begin(work: Work, case: Case, goal: str) -> Plan:
    if not work.session.scalar(select(exists().where(Assessment.case_id == case.id))):
        raise InvalidTransition(N_("Assess before you plan: record a rapid assessment first."))
    plan = Plan(
        case_id=case.id,
        subject_id=case.subject_id,
        state=PlanState.DRAFT,
        written_by_id=work.actor.id,
        goal=goal,
    )
    plan.case, plan.items = case, []
    work.session.add(plan)
    record_plan(work, "plan.begun", plan, {})
    advance_case(work, case, CaseState.PLANNING)
    return plan


def add_item(work: Work, case: Case, facts: ItemFacts) -> PlanItem:
    """Add a step at the end of the plan."""
    plan = _writable_plan(work, case)
    line = _paying_line(work, case, facts)
    item = PlanItem(
        case_id=case.id,
        subject_id=plan.subject_id,
        position=max((known.position for known in plan.items), default=0) + 1,
        state=PlanItemState.PLANNED,
        currency=MNT,
    )
    _write(item, facts, line)
    plan.items.append(item)
    _record_item(work, "plan.item_added", item)
    return item


def change_item(
    work: Work, case: Case, item_id: UUID, facts: ItemFacts, version: int | None = None
) -> PlanItem:
    """Change a step of a plan that is not yet approved."""
    _writable_plan(work, case)
    item = item_of(work, case, item_id)
    expect_version(item, version)
    _write(item, facts, _paying_line(work, case, facts))
    _record_item(work, "plan.item_changed", item)
    return item


def remove_item(work: Work, case: Case, item_id: UUID) -> None:
    """Take a step out of a plan that is not yet approved."""
    plan = _writable_plan(work, case)
    item = item_of(work, case, item_id)
    plan.items.remove(item)
    work.session.delete(item)
    for position, kept in enumerate(plan.items, start=1):
        kept.position = position
    record_plan(work, "plan.item_removed", plan, {"item": str(item.id)})


def submit_plan(work: Work, case: Case, version: int | None = None) -> Plan:
    """Send the plan for approval; whoever sends it answers for it and cannot approve it."""
    plan = _writable_plan(work, case)
    expect_version(plan, version)
    if not plan.items:
        raise InvalidTransition(N_("A plan needs at least one step before it is sent."))
    plan.written_by_id = work.actor.id or plan.written_by_id
    plan.submitted_at = clock.now()
    move_plan(work, plan, PlanState.SUBMITTED, "plan.submitted")
    return plan


def move_plan(work: Work, plan: Plan, target: PlanState, event: str) -> None:
    """Take the plan one step through its states and write it down; the caller checks who may."""
    before = plan.state
    PLAN.check(before, target)
    plan.state = target
    facts: dict[str, object] = {
        "from": before.value,
        "to": target.value,
        "reason": None,
        "items": len(plan.items),
    }
    record_plan(work, event, plan, facts)


def require_writable(plan: Plan) -> None:
    """Raise InvalidTransition unless the plan is a draft, or returned for changes."""
    if plan.state is PlanState.SUBMITTED:
        raise InvalidTransition(
            N_("The plan waits for approval. A supervisor can return it for changes.")
        )
    if plan.state is PlanState.APPROVED:
        raise InvalidTransition(N_("The plan is approved; its steps can be done or dropped."))


def record_plan(work: Work, event: str, plan: Plan, facts: dict[str, object]) -> None:
    """Write an act on the plan down."""
    approving = event in ("plan.approved", "plan.returned")
    work.record(
        Act(
            event,
            Purpose.CASE_MANAGEMENT,
            permission=Permission.PLAN_APPROVE if approving else Permission.PLAN_WRITE,
            case_id=plan.case_id,
            facts=facts,
        )
    )


def _writable_plan(work: Work, case: Case) -> Plan:
    require(work, Permission.PLAN_WRITE, case)
    require_open(case)
    plan = the_plan(work, case)
    require_writable(plan)
    return plan


def _paying_line(work: Work, case: Case, facts: ItemFacts) -> BudgetLine | None:
    """The line that pays; checks everything before anything is written."""
    if not facts.description.strip():
        raise InvalidInput(N_("Say what will be done."), "description")
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        raise InvalidInput(N_("The last day cannot be before the first."), "ends_on")
    line = work.session.get(BudgetLine, facts.line_id) if facts.line_id else None
    if line is None:
        if facts.planned_cost > 0:
            raise InvalidInput(N_("Choose the budget line that pays."), "line")
        return None
    if line.organisation_id != case.organisation_id or not line.active:
        raise InvalidInput(N_("Choose a budget line of your own organisation."), "line")
    cost = Money(facts.planned_cost, line.currency)
    if cost.amount > line.ceiling:
        raise InvalidInput(
            N_("The budget line %(line)s has %(left)s left for this. Nothing was saved."),
            "planned_cost",
            line=line.code,
            left=Money(line.left, line.currency),
        )
    return line


def _write(item: PlanItem, facts: ItemFacts, line: BudgetLine | None) -> None:
    item.kind = facts.kind
    item.description = facts.description.strip()
    item.provider = facts.provider or None
    item.starts_on, item.ends_on = facts.starts_on, facts.ends_on
    item.planned_cost = facts.planned_cost
    item.currency = line.currency if line else MNT
    item.budget_line_id = line.id if line else None
    item.budget_line = line


def _record_item(work: Work, event: str, item: PlanItem) -> None:
    work.record(
        Act(
            event,
            Purpose.CASE_MANAGEMENT,
            permission=Permission.PLAN_WRITE,
            case_id=item.case_id,
            facts={
                "item": str(item.id),
                "cost": f"{item.planned_cost:f}",
                "currency": item.currency,
                "line": str(item.budget_line_id) if item.budget_line_id else None,
            },
        )
    )
