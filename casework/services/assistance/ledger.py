"""The sums of budget lines: promised when a plan is approved, spent when assistance is logged.

Whoever changes a sum locks the line first (its row on PostgreSQL, the whole database on SQLite),
so that two entries at once meet here one after the other. The database's own CHECK is the last
guard.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from casework.errors import InvalidInput
from casework.messages import N_
from casework.rules.assistance import change_of_promise, still_promised
from casework.rules.money import Money
from casework.services.work import Work
from casework.vocabulary import PlanItemState, PlanState
from models.assistance import AssistanceEntry, BudgetLine
from models.plan import PlanItem

#: A step in one of these states holds no money any more.
ENDED = (PlanItemState.DONE, PlanItemState.DROPPED)


def locked_lines(work: Work, line_ids: Iterable[UUID]) -> dict[UUID, BudgetLine]:
    """These lines as they are now, locked until the transaction ends, always in one order."""
    lines = work.session.scalars(
        select(BudgetLine)
        .where(BudgetLine.id.in_(set(line_ids)))
        .order_by(BudgetLine.id)
        .with_for_update(of=BudgetLine)
        .execution_options(populate_existing=True)
    )
    return {line.id: line for line in lines}


def spent_on(work: Work, item: PlanItem) -> Decimal:
    """What was spent on a step from its own line, reversed entries taken off."""
    total = work.session.scalar(
        select(func.sum(AssistanceEntry.amount)).where(
            AssistanceEntry.plan_item_id == item.id,
            AssistanceEntry.budget_line_id == item.budget_line_id,
        )
    )
    return total or Decimal(0)


def holds_money(work: Work, item: PlanItem) -> bool:
    """Whether money of its line is promised to this step now: approved, and not ended."""
    work.session.refresh(item, ["state"])
    return item.plan.state is PlanState.APPROVED and item.state not in ENDED


def promised_to(work: Work, item: PlanItem) -> Decimal:
    """What of the step's line is promised to it and not yet spent."""
    if not holds_money(work, item):
        return Decimal(0)
    return still_promised(item.planned_cost, spent_on(work, item))


def promise(lines: Mapping[UUID, BudgetLine], items: Iterable[PlanItem]) -> None:
    """Promise the planned cost of all `items` on their locked `lines`, or of none.

    Raises InvalidInput, naming step, line and what is left, when a line would be overdrawn.
    """
    costly = [(lines[item.budget_line_id], item) for item in items if item.budget_line_id]
    left = {line.id: line.left for line in lines.values()}
    for line, item in costly:
        _check_promise(line, item, left[line.id])
        left[line.id] -= item.planned_cost
    for line, item in costly:
        line.committed += item.planned_cost


def _check_promise(line: BudgetLine, item: PlanItem, left: Decimal) -> None:
    if not line.active:
        raise InvalidInput(
            N_("Step %(step)s: the budget line %(line)s is switched off."),
            step=item.position,
            line=line.code,
        )
    if item.planned_cost > left:
        raise InvalidInput(
            N_("Step %(step)s needs %(cost)s, but the budget line %(line)s has %(left)s left."),
            step=item.position,
            cost=Money(item.planned_cost, line.currency),
            line=line.code,
            left=Money(left, line.currency),
        )


def release(work: Work, item: PlanItem) -> Decimal:
    """Give what is still promised to a step back to its line, before the step ends."""
    if item.budget_line_id is None:
        return Decimal(0)
    line = locked_lines(work, [item.budget_line_id])[item.budget_line_id]
    rest = promised_to(work, item)
    line.committed -= rest
    return rest


def book(work: Work, line: BudgetLine, amount: Decimal, item: PlanItem | None = None) -> None:
    """Spend `amount` from a locked line; a negative amount gives it back.

    What is promised to `item` on this line is spent first, and promised again when given back.
    Call before the entry itself is added. Raises InvalidInput saying how much is left.
    """
    change = Decimal(0)
    if item is not None and item.budget_line_id == line.id and holds_money(work, item):
        change = change_of_promise(item.planned_cost, spent_on(work, item), amount)
    if amount + change > line.left:
        raise InvalidInput(
            N_("The budget line %(line)s has %(left)s left for this. Nothing was saved."),
            "amount",
            line=line.code,
            left=Money(line.left - change, line.currency),
        )
    line.committed += change
    line.spent += amount
