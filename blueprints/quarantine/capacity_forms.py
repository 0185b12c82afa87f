"""Forms of the calendar and of closures."""

from uuid import UUID

from casework.clock import today
from casework.errors import InvalidInput
from casework.policy import Permission
from casework.services.quarantine.closures import Affected, ClosurePlan, affected
from casework.services.quarantine.facilities import facilities, room_numbered
from casework.vocabulary import RoomKind, ShutReason
from casework.web.fields import ChoiceField, DateField, OptionField, Options, TextField
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _, _l, current_language
from casework.web.unit import current_work
from models.facility import Facility


def facility_options() -> Options:
    """Facilities that the actor manages, in the page's language."""
    mongolian = current_language() == "mn"
    found = [line.facility for line in facilities(current_work(), Permission.FACILITY_MANAGE)]
    return [
        (str(one.id), one.organisation.name_mn if mongolian else one.organisation.name)
        for one in found
    ]


def nights_options() -> Options:
    """How far ahead the calendar looks."""
    return [("30", _("30 nights")), ("60", _("60 nights"))]


class CalendarFilter(FilterForm):
    """Which beds to show."""

    facility = OptionField(_l("Facility"), options=facility_options, required=False)
    kind = ChoiceField(_l("Kind of room"), RoomKind, as_list=True, required=False)
    nights = OptionField(_l("Nights to show"), options=nights_options, required=False)

    def facility_id(self) -> UUID | None:
        """The facility asked for, or the only one that the actor manages."""
        known = [value for value, _name in facility_options()]
        chosen = self.facility.data or (known[0] if len(known) == 1 else None)
        return UUID(chosen) if chosen in known else None


class ClosureForm(CaseworkForm):
    """Nights on which nobody sleeps in a room or in the whole facility."""

    room = TextField(
        _l("Room number"),
        required=False,
        max_length=16,
        hint=_l("Leave empty to close the whole facility."),
    )
    first_night = DateField(_l("First night closed"), earliest=today)
    last_night = DateField(_l("Last night closed"), earliest=today)
    reason = ChoiceField(_l("Why"), ShutReason)

    def affected(self, facility: Facility) -> list[Affected]:
        """Who has a bed there, once the days are typed well."""
        typed = (self.first_night.data, self.last_night.data, self.reason.data)
        if not self.is_submitted() or None in typed:
            return []
        try:
            return affected(current_work(), facility, self.plan(facility))
        except InvalidInput:
            return []

    def plan(self, facility: Facility) -> ClosurePlan:
        """What was typed; InvalidInput when there is no such room."""
        number = self.room.data
        return ClosurePlan(
            room_numbered(current_work(), facility, number) if number else None,
            self.first_night.data,
            self.last_night.data,
            self.reason.data,
        )
