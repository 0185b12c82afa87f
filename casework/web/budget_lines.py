"""Budget lines and currencies as answers of a form."""

from collections.abc import Sequence

from casework.rules.money import MNT, Money
from casework.web.fields import Options
from casework.web.i18n import _
from models.assistance import BudgetLine

#: Currencies offered: the tögrög, those of funders, those of the countries people return from.
CURRENCIES = (MNT, "USD", "EUR", "CHF", "GBP", "CNY", "CZK", "JPY", "KRW", "KZT", "RUB", "TRY")
#: The look of an amount whose currency stands elsewhere.
PLAIN_AMOUNT = {"inputmode": "decimal", "classes": "govuk-input--width-10"}


def currency_options() -> Options:
    """Each currency by its ISO 4217 code."""
    return [(code, code) for code in CURRENCIES]


def line_options(lines: Sequence[BudgetLine]) -> Options:
    """Each line by its code and name, with what is left of it."""
    return [(str(line.id), _line(line)) for line in lines]


def _line(line: BudgetLine) -> str:
    return _(
        "%(code)s %(name)s, left: %(left)s",
        code=line.code,
        name=line.name,
        left=Money(line.left, line.currency),
    )
