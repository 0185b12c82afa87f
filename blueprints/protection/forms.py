"""Forms of concerns and of the search in the log."""

from casework.vocabulary import ConcernKind, ConcernState
from casework.web.fields import (
    ChoiceField,
    LongTextField,
)
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class ConcernForm(CaseworkForm):
    """What somebody wants a protection officer to know."""

    kind = ChoiceField(_l("What is it about?"), ConcernKind)
    text = LongTextField(
        _l("What happened"),
        max_length=8000,
        hint=_l("Who, when, where, and who else knows. Only a protection officer reads it."),
    )


class ReviewForm(CaseworkForm):
    """What is done about a concern."""

    state = ChoiceField(_l("State"), ConcernState)
    action = LongTextField(_l("What was done"), required=False, max_length=8000)
