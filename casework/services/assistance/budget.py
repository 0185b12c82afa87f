"""Budget lines: whose money, how much, until when."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Facts, Permission
from casework.rules.money import Money
from casework.services.access import require, require_facts
from casework.services.assistance.ledger import locked_lines
from casework.services.idempotency import expect_version
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import Purpose
from models.assistance import BudgetLine


@dataclass(frozen=True)
class LineFacts:
    """What may be written of a budget line; its code and currency never change."""

    name: str
    funder: str
    ceiling: Decimal
    starts_on: date
    ends_on: date
    active: bool = True


def lines_of(work: Work) -> list[BudgetLine]:
    """Every line that the actor manages, by code."""
    return list(
        work.session.scalars(
            select(BudgetLine)
            .where(visible(work.actor, Permission.BUDGET_MANAGE, BudgetLine))
            .order_by(BudgetLine.code)
        )
    )


def budget_lines_left(work: Work) -> list[BudgetLine]:
    """Lines in use that the actor manages, those with the least left in proportion first."""
    lines = [line for line in lines_of(work) if line.active]
    return sorted(lines, key=lambda line: line.left / line.ceiling if line.ceiling else 0)


def add_line(work: Work, code: str, currency: str, facts: LineFacts) -> BudgetLine:
    """Add a line to the actor's organisation; InvalidInput when its code is taken."""
    organisation = work.actor.organisation_id
    own = Facts(organisations=frozenset({organisation} if organisation else ()))
    require_facts(work, Permission.BUDGET_MANAGE, own)
    code, currency = code.strip().upper(), currency.strip().upper()
    _check(facts, currency)
    if _code_taken(work, code):
        raise InvalidInput(N_("There is a budget line with this code already."), "code")
    line = BudgetLine(
        organisation_id=work.actor.organisation_id,
        code=code,
        currency=currency,
        committed=Decimal(0),
        spent=Decimal(0),
        **vars(facts),
    )
    work.session.add(line)
    _record(work, "budget_line.added", line, {"currency": currency})
    return line


def change_line(
    work: Work, line: BudgetLine, facts: LineFacts, version: int | None = None
) -> BudgetLine:
    """Change a line; the ceiling stays at or above what is promised and spent."""
    require(work, Permission.BUDGET_MANAGE, line)
    line = locked_lines(work, [line.id])[line.id]
    expect_version(line, version)
    _check(facts, line.currency)
    used = line.committed + line.spent
    if facts.ceiling < used:
        raise InvalidInput(
            N_("%(used)s is promised or spent already; the ceiling cannot be lower."),
            "ceiling",
            used=Money(used, line.currency),
        )
    for name, value in vars(facts).items():
        setattr(line, name, value)
    _record(work, "budget_line.changed", line, {"active": line.active})
    return line


def lock_for_payment(work: Work, line: BudgetLine, on: date) -> BudgetLine:
    """The line locked, when it pays for what was given on that day; InvalidInput otherwise."""
    if line.organisation_id != work.actor.organisation_id:
        raise InvalidInput(N_("Choose a budget line of your own organisation."), "line")
    line = locked_lines(work, [line.id])[line.id]
    if not line.active:
        raise InvalidInput(
            N_("The budget line %(line)s is switched off. Choose another."), "line", line=line.code
        )
    if not line.starts_on <= on <= line.ends_on:
        raise InvalidInput(
            N_("The budget line %(line)s pays from %(first)s to %(last)s."),
            "given_on",
            line=line.code,
            first=line.starts_on,
            last=line.ends_on,
        )
    return line


def _check(facts: LineFacts, currency: str) -> None:
    if Money(facts.ceiling, currency).amount <= 0:
        raise InvalidInput(N_("A ceiling is above zero."), "ceiling")
    if facts.ends_on < facts.starts_on:
        raise InvalidInput(N_("The last day cannot be before the first."), "ends_on")


def _code_taken(work: Work, code: str) -> bool:
    found = work.session.scalar(
        select(BudgetLine.id).where(
            BudgetLine.organisation_id == work.actor.organisation_id, BudgetLine.code == code
        )
    )
    return found is not None


def _record(work: Work, event: str, line: BudgetLine, facts: dict[str, object]) -> None:
    work.record(
        Act(
            event,
            Purpose.CASE_MANAGEMENT,
            permission=Permission.BUDGET_MANAGE,
            facts={"code": line.code, "ceiling": f"{line.ceiling:f}", **facts},
        )
    )
