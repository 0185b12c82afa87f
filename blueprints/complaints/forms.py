"""Taking in a complaint, and answering it."""

from casework.clock import today
from casework.vocabulary import ComplaintKind, ComplaintOutcome
from casework.web.fields import (
    ChoiceField,
    DateField,
    LongTextField,
    OptionField,
    Options,
    TextField,
)
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class ComplaintForm(CaseworkForm):
    """What somebody complains about."""

    kind = ChoiceField(_l("What is it about?"), ComplaintKind)
    received_on = DateField(_l("It came on"), latest=today)
    words = LongTextField(
        _l("The complaint"), hint=_l("In the person's own words."), max_length=8000
    )
    reply_to = TextField(
        _l("How the answer reaches the person without harm"), required=False, max_length=300
    )


def complaint_form(people: Options) -> ComplaintForm:
    """The form, which asks who complains when the record has people."""
    if not people:
        return ComplaintForm(received_on=today())

    class ComplaintOfSomebody(ComplaintForm):
        person = OptionField(_l("Who complains"), options=lambda: people, required=False)

    return ComplaintOfSomebody(received_on=today())


class AnswerForm(CaseworkForm):
    """What came of it."""

    outcome = ChoiceField(_l("What came of it"), ComplaintOutcome)
    answer = LongTextField(
        _l("The answer"), hint=_l("In words that the person understands."), max_length=8000
    )
    redress = LongTextField(_l("What was put right"), required=False, max_length=4000)
