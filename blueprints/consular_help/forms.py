"""What is asked of consular help."""

from decimal import Decimal

from casework.clock import today
from casework.rules.money import MNT
from casework.services.consular_help.log import Helped
from casework.vocabulary import HelpKind, Payer
from casework.web.budget_lines import PLAIN_AMOUNT, currency_options
from casework.web.fields import (
    ChoiceField,
    DateField,
    LongTextField,
    MoneyField,
    OptionField,
    TextField,
)
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class HelpForm(CaseworkForm):
    """What a household got, and who pays."""

    kind = ChoiceField(_l("Kind of help"), HelpKind)
    given_on = DateField(_l("Given on"), latest=today, default=today)
    amount = MoneyField(_l("Amount"), render_kw=PLAIN_AMOUNT)
    currency = OptionField(_l("Currency"), options=currency_options)
    rate = MoneyField(
        _l("Tögrög for one unit"),
        required=False,
        hint=_l("Only for amounts that are not in tögrög"),
        most=Decimal("200000"),
        render_kw=PLAIN_AMOUNT,
    )
    rate_on = DateField(_l("Rate of the day"), required=False, latest=today)
    payer = ChoiceField(_l("Who pays"), Payer, as_list=True, default=Payer.ASSISTANCE_FUND)
    receipt = TextField(_l("Receipt number"), required=False, max_length=100)
    note = TextField(_l("Note"), required=False, max_length=300)

    def helped(self) -> Helped:
        """What was typed, for the service."""
        return Helped(
            kind=self.kind.data,
            given_on=self.given_on.data,
            amount=self.amount.data,
            currency=self.currency.data or MNT,
            payer=self.payer.data,
            rate=self.rate.data,
            rate_on=self.rate_on.data,
            note=self.note.data,
            receipt=self.receipt.data,
        )


class ReverseHelpForm(CaseworkForm):
    """Why an entry is taken back."""

    reason = LongTextField(_l("Why the entry is reversed"), max_length=300)
