"""Forms of the service directory."""

from casework.services.directory.entries import organisations_to_list
from casework.vocabulary import Language, ServiceKind
from casework.web.fields import (
    ChoiceField,
    IntegerField,
    LongTextField,
    MultiChoiceField,
    OptionField,
    Options,
    PhoneField,
    TextField,
    YesNoField,
)
from casework.web.filters import organisation_name
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _l
from casework.web.place_fields import AimagField, SoumField
from casework.web.unit import current_work


def offering_organisations() -> Options:
    """Whose services the signed-in user may list."""
    found = organisations_to_list(current_work())
    return [(str(one.id), organisation_name(one)) for one in found]


class DirectoryFilter(FilterForm):
    """Which services to show."""

    service = ChoiceField(_l("Service"), ServiceKind, as_list=True, required=False)
    aimag = AimagField(_l("Aimag or the capital"), required=False)


class EntryForm(CaseworkForm):
    """What the directory says of one service, in both languages."""

    organisation = OptionField(_l("Organisation"), options=offering_organisations)
    service = ChoiceField(_l("Service"), ServiceKind, as_list=True)
    description_mn = LongTextField(_l("What is offered, in Mongolian"), max_length=1000)
    description = LongTextField(_l("What is offered, in English"), max_length=1000)
    eligibility_mn = LongTextField(_l("Who can get it, in Mongolian"), max_length=1000)
    eligibility = LongTextField(_l("Who can get it, in English"), max_length=1000)
    aimag = AimagField(
        _l("Aimag or the capital"),
        required=False,
        hint=_l("Leave empty when the service is for the whole country"),
    )
    soum = SoumField(_l("Soum or district"), follows="aimag", required=False)
    capacity = IntegerField(_l("Places"), required=False, most=100_000)
    hours = TextField(_l("Hours"), max_length=100, hint=_l("For example 09:00–18:00, or 24/7"))
    phone = PhoneField(_l("Telephone of the desk, not of a person"))
    languages = MultiChoiceField(_l("Languages spoken"), Language)
    active = YesNoField(_l("Is the service offered now?"))
