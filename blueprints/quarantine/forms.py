"""Forms of facilities and stays."""

from decimal import Decimal

from casework.clock import today
from casework.services.quarantine.facilities import (
    MOST_BEDS,
    MOST_TURNOVER,
    RoomSeries,
    organisations_without_facility,
)
from casework.services.quarantine.stays import MOST_NIGHTS_ADDED
from casework.services.quarantine.transfers import other_facilities
from casework.vocabulary import OverstayReason, RoomKind, SampleKind
from casework.web.fields import (
    ChoiceField,
    ConfirmField,
    DateField,
    IntegerField,
    LongTextField,
    MoneyField,
    OptionField,
    Options,
    TextField,
)
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l, current_language
from casework.web.place_fields import AimagField
from casework.web.unit import current_work


def organisation_options() -> Options:
    """Organisations of the kind facility that have none yet, in the page's language."""
    mongolian = current_language() == "mn"
    found = organisations_without_facility(current_work())
    return [(one.code, one.name_mn if mongolian else one.name) for one in found]


class FacilityForm(CaseworkForm):
    """A place of quarantine."""

    aimag = AimagField(_l("Aimag or capital"), required=False)
    turnover_days = IntegerField(
        _l("Days a room stays empty between two households"), most=MOST_TURNOVER
    )
    active = ConfirmField(_l("In use"), required=False)


class NewFacilityForm(CaseworkForm):
    """A facility that an organisation begins to run."""

    organisation = OptionField(_l("Organisation"), options=organisation_options)
    aimag = AimagField(_l("Aimag or capital"), required=False)
    turnover_days = IntegerField(
        _l("Days a room stays empty between two households"), most=MOST_TURNOVER, default=1
    )


class RoomsForm(CaseworkForm):
    """A series of rooms, all alike."""

    first = IntegerField(_l("First room number"), least=1, most=99_999)
    last = IntegerField(_l("Last room number"), least=1, most=99_999)
    floor = IntegerField(_l("Floor"), least=-5, most=99)
    kind = ChoiceField(_l("Kind of room"), RoomKind)
    beds = IntegerField(_l("Beds in each room"), least=1, most=MOST_BEDS)

    def series(self) -> RoomSeries:
        """What was typed."""
        return RoomSeries(**{field.short_name: field.data for field in self.visible_fields()})


class RoomForm(CaseworkForm):
    """One room."""

    kind = ChoiceField(_l("Kind of room"), RoomKind)
    beds = IntegerField(_l("Beds"), least=1, most=MOST_BEDS)
    active = ConfirmField(_l("In use"), required=False)


class ReasonForm(CaseworkForm):
    """A step that needs words."""

    reason = LongTextField(_l("What happened"), max_length=1000)


class ExtendForm(CaseworkForm):
    """More nights."""

    nights = IntegerField(_l("Nights to add"), least=1, most=MOST_NIGHTS_ADDED)
    reason = LongTextField(_l("Why"), max_length=1000)


class OtherRoomForm(CaseworkForm):
    """Another room of the facility."""

    room = TextField(_l("Room number"), max_length=16)
    reason = LongTextField(_l("Why"), max_length=1000)


def other_facility_options() -> Options:
    """Facilities that others run, in the page's language."""
    mongolian = current_language() == "mn"
    return [
        (str(one.id), one.organisation.name_mn if mongolian else one.organisation.name)
        for one in other_facilities(current_work())
    ]


class TransferForm(CaseworkForm):
    """To which facility, and why."""

    facility = OptionField(_l("Facility"), options=other_facility_options)
    reason = LongTextField(_l("Why"), max_length=1000)


class OverstayForm(CaseworkForm):
    """Why somebody stays longer than the quarantine."""

    reason = ChoiceField(_l("Why"), OverstayReason)


class RateForm(CaseworkForm):
    """What a person's night costs from a day on."""

    kind = ChoiceField(_l("Kind of room"), RoomKind, as_list=True, required=False)
    applies_from = DateField(_l("From"))
    amount = MoneyField(_l("A person's night, in tögrög"), least=Decimal(0))


class ReleaseForm(CaseworkForm):
    """The end of a quarantine."""

    negative_test_on = DateField(
        _l("Day of a negative test made elsewhere"),
        latest=today,
        required=False,
        hint=_l("Leave empty when the results of this facility are recorded."),
    )


class SampleForm(CaseworkForm):
    """Samples taken together; who gave one is ticked beside it."""

    kind = ChoiceField(_l("Kind of test"), SampleKind, default=SampleKind.PCR)


class SecondLookForm(CaseworkForm):
    """Carries the hidden keys of a page that asks once more, or of rows one a person."""
