"""Forms of budget lines."""

from decimal import Decimal
from typing import Any

from wtforms.validators import ValidationError

from casework.services.assistance.budget import LineFacts
from casework.web.budget_lines import PLAIN_AMOUNT, currency_options
from casework.web.fields import DateField, MoneyField, OptionField, TextField, YesNoField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, _l
from models.assistance import BudgetLine


class LineForm(CaseworkForm):
    """A budget line; its code and currency are asked once."""

    name = TextField(_l("Name"), hint=_l("As the project calls it"))
    funder = TextField(_l("Funder"))
    ceiling = MoneyField(
        _l("Ceiling"),
        hint=_l("All that may be promised and spent"),
        most=Decimal("999999999999"),
        render_kw=PLAIN_AMOUNT,
    )
    starts_on = DateField(_l("First day"))
    ends_on = DateField(_l("Last day"))

    def facts(self, active: bool = True) -> LineFacts:
        """What was typed, for the service."""
        return LineFacts(
            name=self.name.data,
            funder=self.funder.data,
            ceiling=self.ceiling.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            active=active,
        )


class NewLineForm(LineForm):
    """A line that does not exist yet."""

    code = TextField(_l("Code"), max_length=32, hint=_l("Short, as it stands on receipts"))
    currency = OptionField(_l("Currency"), options=currency_options)

    def validate_code(self, field: Any) -> None:
        """Letters, digits and dashes, so that it can be read out."""
        if not all(sign.isalnum() or sign in "-./" for sign in field.data):
            raise ValidationError(_("A code has letters, digits, dashes and points only."))


class ChangeLineForm(LineForm):
    """A line that is there."""

    active = YesNoField(_l("In use"), hint=_l("A line out of use pays nothing more"))


def change_form(line: BudgetLine) -> ChangeLineForm:
    """The form as it was sent, or with the saved values."""
    return ChangeLineForm(obj=line)


def saved_form(line: BudgetLine) -> ChangeLineForm:
    """The form with the saved values, whatever was sent."""
    return ChangeLineForm(formdata=None, obj=line)
