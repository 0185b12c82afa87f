"""Forms of referrals."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from wtforms.fields import HiddenField
from wtforms.validators import ValidationError

from casework.clock import ULAANBAATAR, today
from casework.services.referrals.choosing import services_of_others
from casework.services.referrals.gates import Gates
from casework.vocabulary import (
    ConsentException,
    ConsentForm,
    DataCategory,
    ReferralDecline,
    ServiceKind,
    Sex,
    Urgency,
)
from casework.web.consent_fields import GiverForm
from casework.web.fields import (
    ChoiceField,
    DateField,
    IntegerField,
    LongTextField,
    MultiChoiceField,
    OptionField,
    Options,
    PersonNameField,
    PhoneField,
    Text,
    TextField,
)
from casework.web.filters import organisation_name
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _, _l, labelled
from casework.web.place_fields import AimagField
from casework.web.service_card import cards_of
from casework.web.unit import current_work


class ServiceFilter(FilterForm):
    """Which services to choose from; `person` stays in the address."""

    service = ChoiceField(_l("Service"), ServiceKind, as_list=True, required=False)
    aimag = AimagField(_l("Aimag or the capital"), required=False)


class ConsentedField(MultiChoiceField):
    """Boxes for the consented categories; another one sent all the same reaches the service,
    which refuses it in words.
    """

    def __init__(self, label: Text, offered: Sequence[DataCategory], **options: Any) -> None:
        self.offered = offered
        super().__init__(label, DataCategory, **options)

    def options(self) -> Options:
        """The consented categories."""
        return [(code.value, labelled(code)) for code in self.offered]

    def parse(self, text: str) -> DataCategory:
        """Any category there is."""
        if text not in self.codes:
            raise ValueError(_("Choose one of the answers listed."))
        return DataCategory(text)


class ReferForm(CaseworkForm):
    """What is asked of the service, and what travels."""

    consent_id = HiddenField()
    urgency = ChoiceField(_l("How soon must it be acknowledged?"), Urgency)
    reason = LongTextField(
        _l("What does the person need?"),
        max_length=2000,
        hint=_l("The service reads this. Write only what it needs to know."),
    )
    categories: ConsentedField

    def sent_consent(self) -> UUID | None:
        """The consent that the page was made with; None for anything that is no id."""
        try:
            return UUID(self.consent_id.data or "")
        except ValueError:
            return None


def refer_form(gates: Gates) -> ReferForm:
    """The form whose boxes are the consented categories, all ticked."""

    class Offered(ReferForm):
        categories = ConsentedField(
            _l("What is sent"),
            gates.categories,
            hint=_l("Only what the person agreed to can be ticked."),
        )

    consent_id = str(gates.consent.id) if gates.consent else ""
    return Offered(data={"consent_id": consent_id, "categories": gates.categories})


class WithoutConsentForm(CaseworkForm):
    """A referral that a second person must confirm."""

    ground = ChoiceField(_l("Why can it not wait for consent?"), ConsentException)
    why = LongTextField(
        _l("What happened, and why the person could not be asked"),
        max_length=1000,
        hint=_l("The second person and the protection officer read this."),
    )
    urgency = ChoiceField(_l("How soon must it be acknowledged?"), Urgency)
    reason = LongTextField(
        _l("What does the person need?"),
        max_length=2000,
        hint=_l("The service reads this. Write only what it needs to know."),
    )
    categories = MultiChoiceField(
        _l("What is sent"), DataCategory, hint=_l("As little as will do.")
    )


class DeclineForm(CaseworkForm):
    """Why the organisation cannot help."""

    reason = ChoiceField(_l("Reason"), ReferralDecline)


class AppointmentForm(CaseworkForm):
    """When the person is expected."""

    on = DateField(_l("Day"), earliest=today)
    at = TextField(_l("Time"), max_length=5, hint=_l("For example 14:30"))

    def validate_at(self, field: Any) -> None:
        """Refuse anything but hours and minutes."""
        try:
            time.fromisoformat(field.data)
        except ValueError:
            raise ValidationError(_("Write a time like 14:30.")) from None

    def moment(self) -> datetime:
        """Day and time in Ulaanbaatar."""
        return datetime.combine(self.on.data, time.fromisoformat(self.at.data), ULAANBAATAR)


class OutcomeForm(CaseworkForm):
    """What was done."""

    outcome = LongTextField(
        _l("What was done, and what comes next"),
        max_length=2000,
        hint=_l("The organisation that referred the person reads this."),
    )


class AssignForm(CaseworkForm):
    """Who answers."""

    user: OptionField


def assign_form(people: Options, chosen: UUID | None) -> AssignForm:
    """The form whose answers are `people`, (id, name) each."""

    class Colleagues(AssignForm):
        user = OptionField(_l("Who answers it"), options=lambda: people)

    return Colleagues(data={"user": str(chosen) if chosen else None})


def referable_services() -> Options:
    """Services of other organisations: what, whose and where."""
    cards = cards_of(current_work(), services_of_others(current_work()))
    return [
        (
            str(card.entry.id),
            " · ".join(
                part
                for part in (
                    labelled(card.entry.service),
                    organisation_name(card.entry.organisation),
                    card.place,
                )
                if part
            ),
        )
        for card in cards
    ]


class WalkInForm(GiverForm):
    """A person who walked in, her consent, and the referral."""

    given_name = PersonNameField(_l("Given name"))
    patronymic = PersonNameField(_l("Patronymic"), required=False)
    sex = ChoiceField(_l("Sex"), Sex)
    birth_date = DateField(_l("Birth date"), required=False, latest=today)
    age = IntegerField(_l("Age, if the birth date is not known"), required=False, most=120)
    phone = PhoneField(_l("Telephone"), required=False)
    safe_contact = TextField(
        _l("How to reach the person without harm"),
        required=False,
        hint=_l("For example: only after 18:00, never through the family"),
    )
    service = OptionField(_l("Service"), options=referable_services)
    consent_form = ChoiceField(_l("How consent was given"), ConsentForm)
    consent_on = DateField(_l("Consent given on"), latest=today)
    categories = MultiChoiceField(
        _l("What the person agreed to send"),
        [DataCategory.IDENTITY, DataCategory.CONTACT],
    )
    circumstances = TextField(
        _l("Witness, and anything else that matters"), required=False, max_length=500
    )
    urgency = ChoiceField(_l("How soon must it be acknowledged?"), Urgency)
    reason = LongTextField(
        _l("What does the person need?"),
        max_length=2000,
        hint=_l("The service reads this. Write only what it needs to know."),
    )
