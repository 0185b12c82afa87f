"""What the form of the assistance log offers: cases, steps of the plan, lines, the last rate."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from casework import clock
from casework.policy import Permission
from casework.rules.money import MNT
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import CaseState, PlanItemState, PlanState
from models.assistance import AssistanceEntry, BudgetLine
from models.case import Case, CasePerson
from models.plan import Plan, PlanItem

CASES_OFFERED = 50
#: A rate is stored in ten-thousandths of a tögrög.
RATE_UNIT = Decimal(10_000)


@dataclass(frozen=True)
class LastRate:
    """Tögrög for one unit, as it was used last."""

    rate: Decimal
    on: date


def recordable_cases(work: Work, number: str = "") -> list[Case]:
    """Open cases the actor may log assistance on, newest work first; or the one of a number.

    `number` may be only the end of it: `417` finds `RC-2026-00417`.
    """
    statement = (
        select(Case)
        .where(
            visible(work.actor, Permission.ASSISTANCE_RECORD, Case),
            Case.state != CaseState.CLOSED,
        )
        .options(selectinload(Case.people).joinedload(CasePerson.person))
        .order_by(Case.id.desc())
        .limit(CASES_OFFERED)
    )
    if number:
        wanted = number.strip().upper()
        ending = wanted.zfill(5) if wanted.isdigit() else wanted
        statement = statement.where(Case.number.endswith(ending, autoescape=True))
    return list(work.session.scalars(statement))


def keeps_lines(work: Work) -> bool:
    """Whether the actor's organisation counts its money here at all."""
    own = exists().where(BudgetLine.organisation_id == work.actor.organisation_id)
    return bool(work.session.scalar(select(own)))


def payable_lines(work: Work) -> list[BudgetLine]:
    """Lines of the actor's organisation that are switched on and not over."""
    return list(
        work.session.scalars(
            select(BudgetLine)
            .where(
                BudgetLine.organisation_id == work.actor.organisation_id,
                BudgetLine.active,
                BudgetLine.ends_on >= clock.today(),
            )
            .order_by(BudgetLine.code)
        )
    )


def payable_items(work: Work, case: Case) -> list[PlanItem]:
    """Steps of the approved plan that were not dropped; only for the case's own organisation."""
    if case.organisation_id != work.actor.organisation_id:
        return []
    return list(
        work.session.scalars(
            select(PlanItem)
            .join(PlanItem.plan)
            .where(
                PlanItem.case_id == case.id,
                Plan.state == PlanState.APPROVED,
                PlanItem.state != PlanItemState.DROPPED,
            )
            .options(joinedload(PlanItem.plan), joinedload(PlanItem.budget_line))
            .order_by(PlanItem.position)
        )
    )


def usual_line(work: Work, case: Case) -> BudgetLine | None:
    """The line that paid last in this case, or the only one there is."""
    lines = payable_lines(work)
    last = work.session.scalar(
        select(AssistanceEntry.budget_line_id)
        .where(AssistanceEntry.case_id == case.id, AssistanceEntry.budget_line_id.is_not(None))
        .order_by(AssistanceEntry.id.desc())
        .limit(1)
    )
    usual = [line for line in lines if line.id == last]
    return usual[0] if usual else lines[0] if len(lines) == 1 else None


def last_rate(work: Work, currency: str) -> LastRate | None:
    """The rate used last for this currency by anybody; None for tögrög or a new currency."""
    if currency == MNT:
        return None
    row = work.session.execute(
        select(AssistanceEntry.mnt_rate, AssistanceEntry.rate_on)
        .where(AssistanceEntry.currency == currency, AssistanceEntry.mnt_rate.is_not(None))
        .order_by(AssistanceEntry.rate_on.desc(), AssistanceEntry.id.desc())
        .limit(1)
    ).first()
    if row is None or row.mnt_rate is None or row.rate_on is None:
        return None
    return LastRate(Decimal(row.mnt_rate) / RATE_UNIT, row.rate_on)


def totals(work: Work, case: Case) -> list[tuple[BudgetLine | None, str, Decimal]]:
    """(line, currency, spent on this case) for each line; reversed entries are taken off."""
    spent = func.sum(AssistanceEntry.amount)
    rows = work.session.execute(
        select(AssistanceEntry.budget_line_id, AssistanceEntry.currency, spent)
        .where(AssistanceEntry.case_id == case.id, AssistanceEntry.amount.is_not(None))
        .group_by(AssistanceEntry.budget_line_id, AssistanceEntry.currency)
    ).all()
    ids = {line_id for line_id, _, _ in rows if line_id}
    found = work.session.scalars(select(BudgetLine).where(BudgetLine.id.in_(ids)))
    lines: dict[UUID | None, BudgetLine] = {line.id: line for line in found}
    named = [
        (lines.get(line_id), currency or MNT, total or Decimal(0))
        for line_id, currency, total in rows
    ]
    return sorted(named, key=lambda row: (row[0].code if row[0] else "", row[1]))
