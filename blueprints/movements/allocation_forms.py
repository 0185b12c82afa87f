"""Forms of giving out places."""

from casework.services.movements.changing import Terms
from casework.services.movements.planning import MOST_NIGHTS, MOST_SEATS
from casework.services.movements.what_if import Changes, facilities_with_rooms
from casework.vocabulary import Payer
from casework.web.fields import (
    ChoiceField,
    DateField,
    IntegerField,
    OptionField,
    Options,
    TextField,
)
from casework.web.filters import organisation_name
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, _l
from casework.web.unit import current_work
from casework.web.widgets import Radios
from models.movement import Movement

FUNDERS = tuple(payer for payer in Payer if payer is not Payer.SELF)


def facility_options() -> Options:
    """Facilities whose rooms may be given out, by the code of who runs them."""
    return [(one.code, organisation_name(one)) for one in facilities_with_rooms(current_work())]


class ChangeForm(CaseworkForm):
    """What of a movement can be changed until its manifest is closed."""

    departs_on = DateField(_l("Departs on"))
    arrives_on = DateField(_l("Arrives on"))
    point_of_entry = TextField(_l("Point of entry"), max_length=100)
    seats = IntegerField(_l("Seats"), least=1, most=MOST_SEATS)
    reserved_percent = IntegerField(_l("Share of reserved places in percent"), most=100)
    medical_escorts = IntegerField(
        _l("Medical escorts it carries"),
        most=MOST_SEATS,
        required=False,
        hint=_l("Leave empty when there is no limit"),
    )
    government = IntegerField(_l("Government"), most=MOST_SEATS, required=False)
    iom = IntegerField(_l("IOM"), most=MOST_SEATS, required=False)
    eu_state = IntegerField(_l("EU state"), most=MOST_SEATS, required=False)
    assistance_fund = IntegerField(_l("Assistance fund"), most=MOST_SEATS, required=False)
    other = IntegerField(_l("Other"), most=MOST_SEATS, required=False)

    @classmethod
    def of(cls, movement: Movement) -> "ChangeForm":
        """The form with the movement as it is."""
        kept = {payer: movement.funder_seats.get(payer) for payer in FUNDERS}
        return cls(obj=movement, data=kept, version=movement.version)

    def terms(self) -> Terms:
        """What was typed."""
        return Terms(
            seats=self.seats.data,
            departs_on=self.departs_on.data,
            arrives_on=self.arrives_on.data,
            point_of_entry=self.point_of_entry.data,
            reserved_percent=self.reserved_percent.data,
            medical_escorts=self.medical_escorts.data,
            funder_seats={payer: self[payer.value].data or 0 for payer in FUNDERS},
        )


class CostsForm(CaseworkForm):
    """What is done with the costs of the travellers who are ticked."""

    act = OptionField(
        _l("What to do"),
        options=lambda: [
            ("approve", _("Approve ticket and quarantine")),
            ("ticket", _("Approve the ticket only")),
            ("quarantine", _("Approve the quarantine only")),
            ("change", _("Somebody else pays")),
        ],
        widget=Radios(),
    )
    ticket_payer = ChoiceField(_l("Who pays for the ticket"), Payer, as_list=True, required=False)
    quarantine_payer = ChoiceField(
        _l("Who pays for the quarantine"), Payer, as_list=True, required=False
    )


class FunderForm(CaseworkForm):
    """Who pays for the tickets of one request."""

    reference = TextField(_l("Number of the request"), max_length=32)
    payer = ChoiceField(_l("Who pays for the ticket"), Payer, as_list=True)


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
