"""What is asked when a household wants to come home."""

from typing import Any

from wtforms.fields import FieldList, FormField

from blueprints.requests.mission_field import MissionField
from casework import clock
from casework.rules.age import LAST_WEEK
from casework.services.organisations import organisations_of
from casework.vocabulary import (
    CallerRelation,
    Channel,
    DocumentStatus,
    Language,
    LegalBasis,
    Need,
    OrganisationKind,
    Relation,
    Sex,
    WordOf,
    WriteBy,
)
from casework.web.fields import (
    Answer,
    ChoiceField,
    ConfirmField,
    DateField,
    EmailField,
    IntegerField,
    LongTextField,
    MultiChoiceField,
    OptionField,
    Options,
    PersonNameField,
    PhoneField,
    TextField,
    YesNoField,
)
from casework.web.filters import organisation_name
from casework.web.forms import CaseworkForm, SectionForm
from casework.web.i18n import _, _l
from casework.web.identifier_fields import PassportField, RegisterNumberField
from casework.web.place_fields import AimagField, CountryField, SoumField
from casework.web.reading import sent_number
from casework.web.sealed import SealedTickField
from casework.web.unit import current_work
from casework.web.widgets import Checkboxes

MOST_PEOPLE = 20
ASKED_NEEDS = [need for need in Need if need is not Need.PROTECTION]
#: Violence asks for a reserved place; a page that showed it would tell what other reserved
#: places are for.
SHOWN_NEEDS = [need for need in ASKED_NEEDS if need is not Need.VIOLENCE]


def today() -> Any:
    """The day, asked anew for each page."""
    return clock.today()


class OrganisationsField(OptionField):
    """Organisations by code, as boxes to tick."""

    widget = Checkboxes()

    def options(self) -> Options:
        """IOM and the partners that may help after the return."""
        kinds = [OrganisationKind.IOM, OrganisationKind.NGO, OrganisationKind.AGENCY]
        found = organisations_of(current_work(), kinds)
        return [(each.code, organisation_name(each)) for each in found]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read every ticked box."""
        self.data = [self.parse(value) for value in valuelist]

    def chosen(self) -> frozenset[str]:
        """The codes ticked."""
        return frozenset(self.data or ())


class PersonFields:
    """What is asked of each person."""

    ovog = PersonNameField(_l("Clan name"), required=False)
    patronymic = PersonNameField(_l("Father's or mother's name"), required=False)
    given_name = PersonNameField(_l("Given name"))
    latin_name = PersonNameField(_l("Name as in the passport"), required=False)
    sex = ChoiceField(_l("Sex"), Sex)
    birth_date = DateField(_l("Date of birth"), latest=today)
    register_number = RegisterNumberField(
        _l("Register number"),
        required=False,
        max_length=20,
        render_kw={"classes": "govuk-input--width-10", "autocomplete": "off", "spellcheck": False},
    )
    passport_number = PassportField(
        _l("Passport number"),
        required=False,
        max_length=30,
        render_kw={"classes": "govuk-input--width-10", "autocomplete": "off", "spellcheck": False},
    )
    document_status = ChoiceField(
        _l("Travel document"), DocumentStatus, required=False, as_list=True
    )
    phone = PhoneField(_l("Telephone"), required=False)
    email = EmailField(_l("E-mail"), required=False)
    safe_contact = TextField(
        _l("When and how is it safe to reach the person?"), required=False, max_length=500
    )
    may_write = ChoiceField(
        _l("May we write to the person?"),
        WriteBy,
        required=False,
        as_list=True,
        hint=_l("Messages say only that there is news. Ask whether somebody else reads them."),
    )
    needs = MultiChoiceField(_l("Needs"), ASKED_NEEDS, required=False)
    pregnancy_weeks = IntegerField(
        _l("Completed weeks of pregnancy"), required=False, least=1, most=LAST_WEEK
    )
    protection = SealedTickField(
        _l("Are there signs of exploitation or trafficking?"),
        hint=_l(
            "An answer is sealed at once and never shown again. What you recorded before stays "
            "recorded."
        ),
    )


class MemberSection(PersonFields, SectionForm):
    """One person of a household being registered."""

    relation = ChoiceField(
        _l("Relation to the first person"),
        [relation for relation in Relation if relation is not Relation.PRINCIPAL],
        required=False,
        as_list=True,
    )


class HouseholdFields:
    """What is asked of the household as a whole."""

    country = CountryField(_l("Country"))
    city = TextField(_l("City"), required=False, max_length=100)
    visa_expires_on = DateField(
        _l("The first visa or permit of the family runs out on"), required=False
    )
    home_aimag = AimagField(_l("Aimag they return to"), required=False)
    home_soum = SoumField(_l("Soum or district"), follows="home_aimag", required=False)
    language = ChoiceField(_l("Language to write in"), Language, default=Language.MN)
    note = LongTextField(_l("Note"), required=False, max_length=2000)


class CallerFields:
    """What is asked of whoever called or assisted."""

    caller_relation = ChoiceField(
        _l("Who calls or assists?"), CallerRelation, required=False, as_list=True
    )
    caller_name = TextField(
        _l("Name of who calls or assists"),
        required=False,
        max_length=200,
        render_kw={"autocomplete": "off", "spellcheck": False},
    )
    caller_phone = PhoneField(
        _l("Number to call back"),
        required=False,
        hint=_l("One that is safe. A member of the household who has none may leave it empty."),
        render_kw={"autocomplete": "off"},
    )
    caller_word = ChoiceField(_l("On whose word are the data given?"), WordOf, required=False)

    def caller_missing(self: Any) -> list[Answer]:
        """What a call or assistance still has to say."""
        needed = [self.caller_relation, self.caller_name, self.caller_word]
        if self.caller_relation.data is not CallerRelation.MEMBER:
            needed.insert(2, self.caller_phone)
        asked = self.channel.data in (Channel.PHONE, Channel.ASSISTED)
        return [field for field in needed if asked and not field.answered() and not field.errors]


class RegisterForm(HouseholdFields, CallerFields, CaseworkForm):
    """A household's request, with one to twenty people."""

    mission = MissionField(
        _l("Mission that looks after the request"),
        hint=_l("It sees the request in its list, verifies it and keeps contact with the family."),
    )
    channel = ChoiceField(
        _l("How the request came"),
        [Channel.MISSION_DESK, Channel.PHONE, Channel.ASSISTED],
        default=Channel.MISSION_DESK,
    )
    submitted_on = DateField(_l("Asked on"), latest=today, default=today)
    legal_basis = ChoiceField(_l("Legal basis"), LegalBasis)
    consent_given_on = DateField(_l("Consent given on"), latest=today, required=False)
    share_with = OrganisationsField(_l("The family agrees to share it with"), required=False)
    members = FieldList(FormField(MemberSection), min_entries=1, max_entries=MOST_PEOPLE)
    checked = ConfirmField(_l("I checked this with the papers or the person"), required=False)
    another_person = ConfirmField(
        _l("Nobody in this request is one of them: save it"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("caller_relation", "caller_name", "caller_phone", "caller_word"):
            # the label does not say "optional": the section says when it is asked
            self[name].flags.required = True

    def change_people(self, step: str) -> bool:
        """Add or take away a person when that is what was pressed; nothing typed is lost."""
        if step == "add":
            if len(self.members) < MOST_PEOPLE:
                self.members.append_entry()
            return True
        place = sent_number(step.removeprefix("remove-")) if step.startswith("remove-") else None
        if place is None:
            return False
        if 0 < place < len(self.members):
            del self.members.entries[place]
        return True

    def validate(self, extra_validators: Any = None) -> bool:
        """Also ask how everybody but the first is related, and who called or assisted."""
        valid: bool = super().validate(extra_validators)
        for entry in list(self.members)[1:]:
            if entry.form.relation.data is None and not entry.form.relation.errors:
                entry.form.relation.errors = [_("An answer is needed here.")]
                valid = False
        for field in self.caller_missing():
            field.errors = [_("The request came by phone or with help: this is needed.")]
            valid = False
        return valid


class HouseholdForm(HouseholdFields, CaseworkForm):
    """Changing what is said of the household."""


class MemberForm(PersonFields, CaseworkForm):
    """Changing one person."""

    needs = MultiChoiceField(_l("Needs"), SHOWN_NEEDS, required=False)


class JoinForm(PersonFields, CaseworkForm):
    """A person who joins a household on its way."""

    relation = ChoiceField(
        _l("Relation to the first person"),
        [relation for relation in Relation if relation is not Relation.PRINCIPAL],
        as_list=True,
    )
    checked = ConfirmField(_l("I checked this with the papers or the person"), required=False)
    another_person = ConfirmField(
        _l("Nobody in this request is one of them: save it"), required=False
    )
    give_back = ConfirmField(
        _l("The household gives its places back and waits again, where it stood"), required=False
    )


class PrivacyForm(CaseworkForm):
    """Whether a member is private from the rest of the household."""

    private = YesNoField(_l("Private from the rest of the household?"))
