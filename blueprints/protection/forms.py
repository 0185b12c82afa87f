"""Forms of concerns and of the search in the log."""

from audit.events import EVENTS
from casework.labels_events import event_label
from casework.vocabulary import ConcernKind, ConcernState
from casework.web.fields import (
    ChoiceField,
    DateField,
    EmailField,
    LongTextField,
    OptionField,
    Options,
    TextField,
)
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _l, alphabetical, gettext


def event_options() -> Options:
    """Every event by its name."""
    named = [(event, gettext(event_label(event))) for event in EVENTS]
    return sorted(named, key=lambda pair: alphabetical(pair[1]))


class LogSearch(FilterForm):
    """What to look for in the log; sent by POST, so that no address holds it."""

    reference = TextField(_l("Case, request or referral number"), max_length=64, required=False)
    user = EmailField(_l("E-mail address of the user"), required=False)
    event = OptionField(_l("What was done"), options=event_options, required=False)
    since = DateField(_l("From"), required=False)
    until = DateField(_l("To"), required=False)


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
