"""What to look for in the audit log."""

from audit.events import EVENTS
from casework.labels_areas import AREAS
from casework.labels_events import event_label
from casework.vocabulary import EntryChannel, Outcome, Purpose
from casework.web.fields import ChoiceField, DateField, EmailField, OptionField, Options, TextField
from casework.web.forms import FilterForm
from casework.web.i18n import _l, alphabetical, gettext


class EventField(OptionField):
    """An area of events; or one event, when a link of ours asks for it."""

    def options(self) -> Options:
        """Every area by its name, and the event that was asked for."""
        areas = [(area, gettext(name)) for area, (name, _prefixes) in AREAS.items()]
        asked = [(self.data, gettext(event_label(self.data)))] if self.data in EVENTS else []
        return [*asked, *sorted(areas, key=lambda pair: alphabetical(pair[1]))]

    def parse(self, text: str) -> str:
        """An area or an event."""
        return text if text in EVENTS else str(super().parse(text))


class LogSearch(FilterForm):
    """Sent by POST, so that no address in a browser's history says about whom somebody asked."""

    reference = TextField(
        _l("Case, or person"),
        hint=_l("An exact number of a case, request, referral, register, passport or telephone"),
        max_length=100,
        required=False,
        render_kw={"autocomplete": "off", "spellcheck": False},
    )
    user = EmailField(_l("E-mail address of the user"), required=False)
    event = EventField(_l("What was done"), required=False)
    outcome = ChoiceField(_l("Outcome"), Outcome, as_list=True, required=False)
    purpose = ChoiceField(_l("Purpose"), Purpose, as_list=True, required=False)
    channel = ChoiceField(_l("How it came"), EntryChannel, as_list=True, required=False)
    since = DateField(_l("From"), required=False)
    until = DateField(_l("To"), required=False)


#: Filters that name nobody: a link to the log may carry them in its address.
NAMELESS = ("event", "outcome", "purpose", "channel", "since", "until")
