"""Forms of the assistance log."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from casework.clock import today
from casework.rules.money import MNT, Money
from casework.services.assistance import choices
from casework.services.assistance.log import Given
from casework.services.plans.progress import promised_to_steps
from casework.services.work import Work
from casework.vocabulary import AssistanceForm, PlanItemKind
from casework.web.budget_lines import PLAIN_AMOUNT, currency_options, line_options
from casework.web.fields import (
    ChoiceField,
    DateField,
    LongTextField,
    MoneyField,
    OptionField,
    Options,
    TextField,
)
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _, _l, labelled
from models.assistance import BudgetLine
from models.base import code_of
from models.case import Case
from models.plan import PlanItem


class CaseFilter(FilterForm):
    """Which case, by the end of its number."""

    number = TextField(
        _l("Case number"),
        max_length=32,
        required=False,
        hint=_l("The last digits are enough, for example 417"),
        render_kw={"classes": "govuk-input--width-10", "inputmode": "numeric"},
    )


class LogForm(CaseworkForm):
    """What a person received: the few answers of a routine entry first."""

    item: OptionField
    line: OptionField
    form = ChoiceField(
        _l("Kind of help"), AssistanceForm, render_kw={"classes": "govuk-radios--inline"}
    )
    what = TextField(_l("What was given"), max_length=300)
    amount = MoneyField(
        _l("Amount"), required=False, hint=_l("Always for money"), render_kw=PLAIN_AMOUNT
    )
    currency = OptionField(_l("Currency"), options=currency_options, required=False)
    rate = MoneyField(
        _l("Tögrög for one unit"),
        required=False,
        hint=_l("Only for amounts that are not in tögrög"),
        most=Decimal("200000"),
        render_kw=PLAIN_AMOUNT,
    )
    rate_on = DateField(_l("Rate of the day"), required=False, latest=today)
    given_on = DateField(_l("Given on"), latest=today)
    delivered_by = TextField(_l("Delivered by"), required=False)
    received_by = TextField(_l("Received by"), required=False)
    receipt = TextField(_l("Receipt number"), required=False, max_length=100)

    def given(self) -> Given:
        """What was typed, for the service."""
        return Given(
            form=self.form.data,
            what=self.what.data,
            given_on=self.given_on.data,
            amount=self.amount.data,
            currency=self.currency.data or MNT,
            rate=self.rate.data,
            rate_on=self.rate_on.data,
            line_id=UUID(self.line.data) if self.line.data else None,
            item_id=UUID(self.item.data) if self.item.data else None,
            delivered_by=self.delivered_by.data,
            received_by=self.received_by.data,
            receipt=self.receipt.data,
        )


class ReverseForm(CaseworkForm):
    """Why an entry is undone."""

    reason = LongTextField(_l("Why is it reversed?"), max_length=500)


def log_form(work: Work, case: Case, item_id: UUID | None, author: str) -> LogForm:
    """The form with the lines and steps that may be chosen, and what is usual filled in."""
    lines, items = choices.payable_lines(work), choices.payable_items(work, case)
    promised = promised_to_steps(work, case) if items else {}
    hint = _("Leave it empty and the step's own line pays.") if items else ""

    class Offered(LogForm):
        item = OptionField(
            _l("Step of the plan"), options=lambda: item_options(items, promised), required=False
        )
        line = OptionField(
            _l("Budget line"), options=lambda: line_options(lines), required=False, hint=hint
        )

    return Offered(data=_usual(work, case, items, item_id) | {"delivered_by": author})


def needs_rate(form: LogForm, lines: Sequence[BudgetLine]) -> bool:
    """Whether to ask for an exchange rate: the line chosen is not in tögrög, or there is none."""
    currencies = {str(line.id): line.currency for line in lines}
    return not lines or currencies.get(form.line.data, MNT) != MNT


def _usual(
    work: Work, case: Case, items: Sequence[PlanItem], item_id: UUID | None
) -> dict[str, Any]:
    """What a routine entry would say."""
    chosen = next((item for item in items if item.id == item_id), None)
    line = chosen.budget_line if chosen else choices.usual_line(work, case)
    rate = choices.last_rate(work, line.currency) if line else None
    return {
        "form": AssistanceForm.MONEY,
        "given_on": today(),
        "currency": MNT,
        "item": str(chosen.id) if chosen else None,
        "what": chosen.description[:300] if chosen else "",
        "line": str(line.id) if line else None,
        "rate": rate.rate if rate else None,
        "rate_on": rate.on if rate else None,
    }


def item_options(items: Sequence[PlanItem], promised: Mapping[UUID, Decimal]) -> Options:
    """Each step by its number, kind and description, with what is still promised to it."""
    return [(str(item.id), _step(item, promised.get(item.id))) for item in items]


def _step(item: PlanItem, promised: Decimal | None) -> str:
    kind = labelled(code_of(PlanItemKind, item.kind))
    named = f"{item.position}. {kind}: {item.description[:80]}"
    if not promised:
        return named
    money = Money(promised, item.currency)
    return _("%(step)s (promised: %(money)s)", step=named, money=money)
