"""How far a plan is: its steps' states, and the money planned, promised and spent on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.assistance import still_promised
from casework.services.access import require
from casework.services.assistance.ledger import ENDED, release
from casework.services.cases.states import require_open
from casework.services.idempotency import expect_version
from casework.services.plans.writing import item_of, plan_of
from casework.services.work import Work
from casework.vocabulary import PlanItemKind, PlanItemState, PlanState, Purpose
from models.assistance import AssistanceEntry, BudgetLine
from models.base import code_of
from models.case import Case
from models.plan import Plan, PlanItem

_STEPS: dict[PlanItemState, tuple[PlanItemState, ...]] = {
    PlanItemState.PLANNED: (PlanItemState.UNDER_WAY, *ENDED),
    PlanItemState.UNDER_WAY: ENDED,
}


@dataclass(frozen=True)
class ItemProgress:
    """A step with what was spent on it from its own line, and what is still promised to it."""

    item: PlanItem
    spent: Decimal
    promised: Decimal

    @property
    def kind(self) -> PlanItemKind:
        """What kind of step it is."""
        return code_of(PlanItemKind, self.item.kind)

    @property
    def share(self) -> int:
        """How far it is, 0 to 100: done is all; else the share of its money that was spent."""
        if self.item.state is PlanItemState.DONE:
            return 100
        if not self.item.planned_cost:
            return 50 if self.item.state is PlanItemState.UNDER_WAY else 0
        return min(99, int(100 * self.spent / self.item.planned_cost))


@dataclass(frozen=True)
class LineUse:
    """What this plan costs one line: planned, spent, still promised."""

    line: BudgetLine
    planned: Decimal
    spent: Decimal
    promised: Decimal


@dataclass(frozen=True)
class PlanProgress:
    """A plan with its steps and its money."""

    plan: Plan
    items: Sequence[ItemProgress]
    lines: Sequence[LineUse]

    @property
    def open_items(self) -> Sequence[PlanItem]:
        """Steps neither done nor dropped: to be ended before the case closes."""
        return [row.item for row in self.items if row.item.state not in ENDED]


def plan_progress(work: Work, case: Case) -> PlanProgress | None:
    """The case's plan with its steps and money; None when none was begun."""
    plan = plan_of(work, case)
    if plan is None:
        return None
    spent = _spent(work, plan)
    items = [_progress(plan, item, spent.get(item.id, Decimal(0))) for item in plan.items]
    return PlanProgress(plan, items, _line_uses(items))


def promised_to_steps(work: Work, case: Case) -> dict[UUID, Decimal]:
    """What is still promised to each step of the case's plan."""
    progress = plan_progress(work, case)
    return {row.item.id: row.promised for row in progress.items} if progress else {}


def start_item(work: Work, case: Case, item_id: UUID) -> PlanItem:
    """A step of the approved plan is under way."""
    return _move(work, case, item_id, PlanItemState.UNDER_WAY)


def end_item(
    work: Work,
    case: Case,
    item_id: UUID,
    target: PlanItemState,
    outcome: str,
    version: int | None = None,
) -> PlanItem:
    """A step is done or dropped, with what came of it; its unspent money goes back to its line."""
    if not outcome.strip():
        raise InvalidInput(N_("Say what came of it."), "outcome")
    return _move(work, case, item_id, target, outcome.strip(), version)


def _move(
    work: Work,
    case: Case,
    item_id: UUID,
    target: PlanItemState,
    outcome: str | None = None,
    version: int | None = None,
) -> PlanItem:
    require(work, Permission.PLAN_WRITE, case)
    require_open(case)
    item = item_of(work, case, item_id)
    expect_version(item, version)
    _check_step(item, target)
    released = release(work, item) if target in ENDED else Decimal(0)
    before, item.state = item.state, target
    if outcome is not None:
        item.outcome = outcome
    facts = {"item": str(item.id), "from": before.value, "to": target.value}
    work.record(
        Act(
            "plan.item_moved",
            Purpose.CASE_MANAGEMENT,
            permission=Permission.PLAN_WRITE,
            case_id=case.id,
            facts={**facts, "reason": None, "released": f"{released:f}"},
        )
    )
    return item


def _check_step(item: PlanItem, target: PlanItemState) -> None:
    if item.plan.state is not PlanState.APPROVED:
        raise InvalidTransition(N_("The plan is not approved yet; a supervisor approves it."))
    if target not in _STEPS.get(item.state, ()):
        raise InvalidTransition(
            N_("This step is “%(state)s” already. It stays so."), state=item.state
        )


def _spent(work: Work, plan: Plan) -> dict[UUID, Decimal]:
    """Spent on each step from its own line."""
    rows = work.session.execute(
        select(AssistanceEntry.plan_item_id, func.sum(AssistanceEntry.amount))
        .join(PlanItem, PlanItem.id == AssistanceEntry.plan_item_id)
        .where(
            PlanItem.plan_id == plan.id,
            AssistanceEntry.budget_line_id == PlanItem.budget_line_id,
        )
        .group_by(AssistanceEntry.plan_item_id)
    )
    return {item_id: total or Decimal(0) for item_id, total in rows if item_id}


def _progress(plan: Plan, item: PlanItem, spent: Decimal) -> ItemProgress:
    holds = plan.state is PlanState.APPROVED and item.state not in ENDED
    promised = still_promised(item.planned_cost, spent) if holds else Decimal(0)
    return ItemProgress(item, spent, promised)


def _line_uses(items: Sequence[ItemProgress]) -> list[LineUse]:
    lines = {row.item.budget_line_id: row.item.budget_line for row in items}
    return [
        LineUse(
            line,
            sum(
                (row.item.planned_cost for row in items if row.item.budget_line is line), Decimal(0)
            ),
            sum((row.spent for row in items if row.item.budget_line is line), Decimal(0)),
            sum((row.promised for row in items if row.item.budget_line is line), Decimal(0)),
        )
        for line in lines.values()
        if line is not None
    ]
