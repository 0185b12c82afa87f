"""What is typed to open a case in an emergency, and to review that."""

from casework.vocabulary import ReviewOutcome
from casework.web.fields import ChoiceField, LongTextField, TextField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class EmergencyForm(CaseworkForm):
    """Which case, and why now."""

    reference = TextField(
        _l("Number of the case, register or passport number"),
        hint=_l("Exactly as it is written; nothing is suggested."),
        max_length=64,
        render_kw={"autocomplete": "off", "spellcheck": False},
    )
    reason = LongTextField(
        _l("What the emergency is"),
        hint=_l("Who is in danger, and why it cannot wait. A protection officer reads this."),
        max_length=1000,
    )


class ReviewOpeningForm(CaseworkForm):
    """What the protection officer found."""

    outcome = ChoiceField(_l("Was it justified?"), ReviewOutcome)
    note = LongTextField(
        _l("What you found"),
        hint=_l("The user reads this. Needed when it was not justified."),
        required=False,
        max_length=2000,
    )
