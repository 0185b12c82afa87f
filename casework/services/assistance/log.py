"""The assistance log: append-only; a mistake is mended by an entry that reverses it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.rules.assistance import approval_rule
from casework.rules.money import MNT, Money, Rate, in_mnt
from casework.services.access import require
from casework.services.assistance.budget import lock_for_payment
from casework.services.assistance.choices import RATE_UNIT, keeps_lines, payable_items
from casework.services.assistance.ledger import book, locked_lines, promised_to
from casework.services.assistance.rates import rate_used
from casework.services.cases.states import require_open
from casework.services.users import users_by_id
from casework.services.work import Work
from casework.vocabulary import AssistanceForm, Purpose
from models.assistance import AssistanceEntry, BudgetLine
from models.case import Case
from models.plan import PlanItem


@dataclass(frozen=True)
class Given:
    """What a person received. `rate` (tögrög for one unit) is for amounts in other currencies."""

    form: AssistanceForm
    what: str
    given_on: date
    amount: Decimal | None = None
    currency: str = MNT
    rate: Decimal | None = None
    rate_on: date | None = None
    line_id: UUID | None = None
    item_id: UUID | None = None
    delivered_by: str | None = None
    received_by: str | None = None
    receipt: str | None = None


@dataclass(frozen=True)
class Payment:
    """The money side of an entry: the line is locked, the rate known."""

    amount: Decimal
    currency: str
    line: BudgetLine | None
    rate: Rate | None = field(default=None)

    @property
    def in_mnt(self) -> Money:
        """What it is worth in tögrög."""
        money = Money(self.amount, self.currency)
        return in_mnt(money, self.rate).amount if self.rate else money


def record_assistance(work: Work, case: Case, given: Given) -> AssistanceEntry:
    """Log assistance and spend it from its line.

    Raises InvalidInput, with nothing changed, when something is missing or the line has too
    little left; InvalidTransition when the case is closed.
    """
    require(work, Permission.ASSISTANCE_RECORD, case)
    require_open(case)
    _check(given)
    item = _item(work, case, given.item_id)
    payment = _payment(work, given, item)
    if payment is not None:
        _require_approval(work, payment, item)
        if payment.line is not None:
            book(work, payment.line, payment.amount, item)
    entry = _entry(work, case, given, payment)
    entry.plan_item_id = item.id if item else None
    work.session.add(entry)
    _record(work, "assistance.recorded", entry, {"item": _text(entry.plan_item_id)})
    return entry


def reverse_assistance(work: Work, case: Case, entry_id: UUID, reason: str) -> AssistanceEntry:
    """Undo an entry by another one, which gives the money back to the line.

    Raises InvalidTransition when it is reversed already or is itself a reversal.
    """
    require(work, Permission.ASSISTANCE_RECORD, case)
    require_open(case)
    entry = _locked_entry(work, case, entry_id)
    if not reason.strip():
        raise InvalidInput(N_("Say why the entry is reversed."), "reason")
    amount = -entry.amount if entry.amount is not None else None
    if amount is not None and entry.budget_line_id is not None:
        line = locked_lines(work, [entry.budget_line_id])[entry.budget_line_id]
        book(work, line, amount, _item_of(work, entry))
    copied = ("plan_item_id", "budget_line_id", "form", "currency", "mnt_rate", "rate_on")
    reversal = AssistanceEntry(
        case_id=case.id,
        subject_id=case.subject_id,
        given_on=clock.today(),
        amount=amount,
        reverses_id=entry.id,
        recorded_by_id=work.actor.id,
        recorded_at=clock.now(),
        what=reason.strip(),
        **{name: getattr(entry, name) for name in copied},
    )
    work.session.add(reversal)
    _record(work, "assistance.reversed", reversal, {"entry": str(entry.id)})
    return reversal


def entry_of(work: Work, case: Case, entry_id: UUID) -> AssistanceEntry:
    """One entry of this case; NotFound when there is none."""
    entry = work.session.scalars(
        select(AssistanceEntry)
        .where(AssistanceEntry.id == entry_id, AssistanceEntry.case_id == case.id)
        .options(joinedload(AssistanceEntry.budget_line))
    ).first()
    if entry is None:
        raise NotFound
    return entry


def may_reverse(work: Work, entry: AssistanceEntry) -> bool:
    """Whether it is the actor's organisation that recorded this entry."""
    author = users_by_id(work, [entry.recorded_by_id])[entry.recorded_by_id]
    return author.organisation_id == work.actor.organisation_id


def _locked_entry(work: Work, case: Case, entry_id: UUID) -> AssistanceEntry:
    """The entry, locked so that it is reversed once."""
    entry = work.session.scalars(
        select(AssistanceEntry)
        .where(AssistanceEntry.id == entry_id, AssistanceEntry.case_id == case.id)
        .with_for_update(of=AssistanceEntry)
    ).first()
    if entry is None:
        raise NotFound
    if not may_reverse(work, entry):
        raise InvalidTransition(
            N_("Another organisation recorded this entry; only it can reverse it.")
        )
    if entry.reverses_id is not None:
        raise InvalidTransition(N_("A reversal cannot be reversed. Record the assistance again."))
    if work.session.scalar(select(exists().where(AssistanceEntry.reverses_id == entry.id))):
        raise InvalidTransition(N_("This entry is reversed already."))
    return entry


def _check(given: Given) -> None:
    if not given.what.strip():
        raise InvalidInput(N_("Say what was given."), "what")
    if given.given_on > clock.today():
        raise InvalidInput(N_("Only what was given already is recorded here."), "given_on")
    if given.amount is None:
        if given.form is AssistanceForm.MONEY:
            raise InvalidInput(N_("Write the amount."), "amount")
    elif given.amount <= 0:
        raise InvalidInput(N_("An amount is above zero."), "amount")


def _item(work: Work, case: Case, item_id: UUID | None) -> PlanItem | None:
    if item_id is None:
        return None
    for item in payable_items(work, case):
        if item.id == item_id:
            return item
    raise InvalidInput(N_("Choose a step of the approved plan."), "item")


def _item_of(work: Work, entry: AssistanceEntry) -> PlanItem | None:
    return work.session.get(PlanItem, entry.plan_item_id) if entry.plan_item_id else None


def _payment(work: Work, given: Given, item: PlanItem | None) -> Payment | None:
    """The money side of what was given, from the step's line unless another is named."""
    if given.amount is None:
        return None
    line_id = given.line_id or (item.budget_line_id if item else None)
    line = work.session.get(BudgetLine, line_id) if line_id else None
    if line is None and keeps_lines(work):
        raise InvalidInput(N_("Choose the budget line that pays."), "line")
    if line is not None:
        line = lock_for_payment(work, line, given.given_on)
    money = Money(given.amount, line.currency if line else given.currency)
    rate = rate_used(money.currency, given.rate, given.rate_on, given.given_on)
    return Payment(money.amount, money.currency, line, rate)


def _require_approval(work: Work, payment: Payment, item: PlanItem | None) -> None:
    """Above the threshold another person must have approved the step that pays."""
    rule = approval_rule()
    if payment.in_mnt <= rule.above or payment.line is None:
        return
    own = item is not None and item.budget_line_id == payment.line.id
    if item is None or not own or promised_to(work, item) < payment.amount:
        raise InvalidInput(
            N_(
                "More than %(above)s at once needs a second person: plan it as a step, let the "
                "supervisor approve the plan, then record it against that step and its budget line."
            ),
            "amount",
            above=rule.above,
        )


def _entry(work: Work, case: Case, given: Given, payment: Payment | None) -> AssistanceEntry:
    rate = payment.rate if payment else None
    line = payment.line if payment else None
    return AssistanceEntry(
        case_id=case.id,
        subject_id=case.subject_id,
        budget_line_id=line.id if line else None,
        form=given.form,
        given_on=given.given_on,
        amount=payment.amount if payment else None,
        currency=payment.currency if payment else None,
        mnt_rate=int(rate.mnt_per_unit * RATE_UNIT) if rate else None,
        rate_on=rate.on if rate else None,
        recorded_by_id=work.actor.id,
        recorded_at=clock.now(),
        what=given.what.strip(),
        delivered_by=given.delivered_by or None,
        received_by=given.received_by or None,
        receipt=given.receipt or None,
    )


def _record(work: Work, event: str, entry: AssistanceEntry, facts: dict[str, object]) -> None:
    amount = f"{entry.amount:f}" if entry.amount is not None else None
    money = {"amount": amount, "currency": entry.currency, "line": _text(entry.budget_line_id)}
    work.record(
        Act(
            event,
            Purpose.CASE_MANAGEMENT,
            permission=Permission.ASSISTANCE_RECORD,
            case_id=entry.case_id,
            facts={"form": entry.form.value, **money, **facts},
        )
    )


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
