"""Forms of assessments and plans."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from casework.clock import today
from casework.rules.assessment import Ask, Findings, Sheet
from casework.services.plans.writing import ItemFacts
from casework.vocabulary import PlanItemKind, PlanItemState, RiskLevel
from casework.web.budget_lines import PLAIN_AMOUNT, line_options
from casework.web.fields import (
    ChoiceField,
    DateField,
    LongTextField,
    MoneyField,
    OptionField,
    TextField,
)
from casework.web.filters import person_name
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l, current_language
from casework.web.widgets import Checkboxes, Radios
from models.assistance import BudgetLine
from models.base import code_of
from models.case import Case
from models.plan import PlanItem


class GoalForm(CaseworkForm):
    """What the person wants to reach."""

    goal = LongTextField(
        _l("Goal"), max_length=1000, hint=_l("In the person's own words, as agreed together")
    )


class ItemForm(CaseworkForm):
    """One step of a plan."""

    line: OptionField
    kind = ChoiceField(_l("Kind of step"), PlanItemKind, as_list=True)
    description = LongTextField(_l("What will be done"), max_length=500)
    provider = TextField(
        _l("Who provides it"), required=False, hint=_l("School, clinic, supplier, office")
    )
    starts_on = DateField(_l("From"), required=False)
    ends_on = DateField(_l("To"), required=False)
    planned_cost = MoneyField(
        _l("Planned cost"),
        required=False,
        hint=_l("In the currency of the budget line; empty when it costs us nothing"),
        least=Decimal(0),
        render_kw=PLAIN_AMOUNT,
    )

    def facts(self) -> ItemFacts:
        """What was typed, for the service."""
        return ItemFacts(
            kind=self.kind.data,
            description=self.description.data,
            provider=self.provider.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            planned_cost=self.planned_cost.data or Decimal(0),
            line_id=UUID(self.line.data) if self.line.data else None,
        )


class ReturnForm(CaseworkForm):
    """What the author should change."""

    note = LongTextField(_l("What should be changed?"), max_length=1000)


class EndForm(CaseworkForm):
    """What came of a step."""

    state = ChoiceField(_l("How did it end?"), (PlanItemState.DONE, PlanItemState.DROPPED))
    outcome = LongTextField(
        _l("What came of it"), max_length=1000, hint=_l("For a dropped step: why")
    )


class TicksField(OptionField):
    """Any of the options, as boxes to tick; the data is a list of their codes."""

    widget = Checkboxes()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read every ticked box; none ticked is an empty list."""
        self.data = [self.parse(value) for value in valuelist]

    def chosen(self) -> frozenset[str]:
        """The codes ticked."""
        return frozenset(self.data or ())


class AssessForm(CaseworkForm):
    """Who was assessed, and when; the questions of the sheet are added to it."""

    person: OptionField
    assessed_on = DateField(_l("Assessed on"), latest=today)
    summary = LongTextField(
        _l("In short"), required=False, hint=_l("What the plan must not forget")
    )


def item_form(
    lines: Sequence[BudgetLine], item: PlanItem | None = None, *, saved: bool = False
) -> ItemForm:
    """The form of a step with the lines that may pay; `saved` ignores what was sent."""

    class Offered(ItemForm):
        line = OptionField(_l("Budget line"), options=lambda: line_options(lines), required=False)

    values: dict[str, Any] = {}
    if item is not None:
        values = {name: getattr(item, name) for name in ("description", "provider")}
        values |= {"starts_on": item.starts_on, "ends_on": item.ends_on, "version": item.version}
        values["kind"] = code_of(PlanItemKind, item.kind)
        values["planned_cost"] = item.planned_cost or None
        values["line"] = str(item.budget_line_id) if item.budget_line_id else None
    return Offered(formdata=None, data=values) if saved else Offered(data=values)


def assess_form(case: Case, sheet: Sheet) -> AssessForm:
    """The form of one kind of assessment."""
    people = [(str(member.person_id), person_name(member.person)) for member in case.people]
    fields = {f"{section.code}_{ask.code}": _question(ask) for section, ask in sheet.asks()}
    fields["person"] = OptionField(_l("Who"), options=lambda: people)
    made: type[AssessForm] = type("SheetForm", (AssessForm,), fields)
    only = people[0][0] if len(people) == 1 else None
    return made(data={"assessed_on": today(), "person": only})


def findings_of(form: AssessForm, sheet: Sheet) -> Findings:
    """What was answered, by section and question."""
    findings: Findings = {}
    for section, ask in sheet.asks():
        findings.setdefault(section.code, {})[ask.code] = form[f"{section.code}_{ask.code}"].data
    return findings


def _question(ask: Ask) -> Any:
    language = current_language()
    title = ask.title.said(language)
    options = [(option.code, option.text.said(language)) for option in ask.options]
    if ask.kind == "ticks":
        return TicksField(title, options=lambda: options, required=False)
    if ask.kind == "one":
        return OptionField(title, options=lambda: options, required=False, widget=Radios())
    if ask.kind == "level":
        inline = {"classes": "govuk-radios--inline"}
        return ChoiceField(title, RiskLevel, render_kw=inline)
    return LongTextField(title, required=False, max_length=2000)
