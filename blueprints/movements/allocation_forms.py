"""Forms of giving out places."""

from casework.services.movements.planning import MOST_NIGHTS, MOST_SEATS
from casework.services.movements.what_if import Changes, facilities_with_rooms
from casework.web.fields import DateField, IntegerField, OptionField, Options
from casework.web.filters import organisation_name
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l
from casework.web.unit import current_work


def facility_options() -> Options:
    """Facilities whose rooms may be given out, by the code of who runs them."""
    return [(one.code, organisation_name(one)) for one in facilities_with_rooms(current_work())]


class WhatIfForm(CaseworkForm):
    """What would be different; whatever is left empty stays as it is."""

    more_seats = IntegerField(_l("Seats more"), most=MOST_SEATS, required=False)
    fewer_seats = IntegerField(_l("Seats fewer"), most=MOST_SEATS, required=False)
    departs_on = DateField(_l("Departs on"), required=False)
    nights = IntegerField(_l("Nights of quarantine"), most=MOST_NIGHTS, required=False)
    reserved = IntegerField(_l("Share of reserved places in percent"), most=100, required=False)
    facility = OptionField(
        _l("Facility whose rooms are away"), options=facility_options, required=False
    )
    rooms = IntegerField(
        _l("How many of its rooms are away"),
        least=1,
        most=MOST_SEATS,
        required=False,
        hint=_l("Leave empty for the whole facility"),
    )
    accessible = IntegerField(_l("Accessible rooms more"), least=1, most=MOST_SEATS, required=False)

    def changes(self) -> Changes:
        """What was typed."""
        code, rooms = self.facility.data, self.rooms.data
        return Changes(
            seats=(self.more_seats.data or 0) - (self.fewer_seats.data or 0),
            departs=self.departs_on.data,
            nights=self.nights.data,
            reserved=self.reserved.data,
            without=(code,) if code and not rooms else (),
            rooms=((code, -rooms),) if code and rooms else (),
            accessible=self.accessible.data or 0,
        )
