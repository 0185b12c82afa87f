"""What a person is asked, as a form."""

from wtforms.fields.core import Field

from casework.clock import today
from casework.services.consents.arrival import case_holders
from casework.services.consents.on_case import recipients
from casework.vocabulary import ConsentForm, ConsentPurpose, DataCategory, Language
from casework.web.consent_fields import GiverForm
from casework.web.fields import (
    ChoiceField,
    ConfirmField,
    DateField,
    LongTextField,
    MultiChoiceField,
    MultiOptionField,
    OptionField,
    Options,
    YesNoField,
)
from casework.web.filters import organisation_name
from casework.web.i18n import _l
from casework.web.unit import current_work
from models.organisation import Organisation

#: Asked one by one, after case management; each may be left unasked.
FURTHER = (
    ConsentPurpose.FAMILY,
    ConsentPurpose.AUTHORITIES,
    ConsentPurpose.TRACING,
    ConsentPurpose.PHOTO,
    ConsentPurpose.TRANSFER_ABROAD,
    ConsentPurpose.STATISTICS,
)


def case_holder_options() -> Options:
    """Organisations that may open a case."""
    return _named(case_holders(current_work()))


def recipient_options() -> Options:
    """Organisations with which data may be shared."""
    return _named(recipients(current_work()))


def _named(organisations: list[Organisation]) -> Options:
    return [(str(one.id), organisation_name(one)) for one in organisations]


class AskingForm(GiverForm):
    """How the questions were asked."""

    asked_alone = YesNoField(
        _l("Was the person asked alone?"),
        hint=_l("Apart from the household, where nobody else hears the answers."),
    )
    language = ChoiceField(_l("Language spoken"), Language)
    form = ChoiceField(_l("How the answer was given"), ConsentForm)
    circumstances = LongTextField(
        _l("Witness, and anything else that matters"),
        hint=_l("Who was there and why. A thumbprint needs a witness."),
        required=False,
        max_length=1000,
    )


class ArrivalForm(AskingForm):
    """The questions to one adult at arrival."""

    briefed = ConfirmField(_l("I explained this, and the person understood"))
    organisation = OptionField(
        _l("Organisation that may help from here"),
        options=case_holder_options,
        hint=_l("The one the person chooses. Leave empty when none is wanted."),
        required=False,
    )
    case_management = YesNoField(_l("May this organisation open a case and follow it up?"))
    categories = MultiChoiceField(
        _l("What may this organisation know?"),
        DataCategory,
        required=False,
    )
    common_case = YesNoField(
        _l("If others of the household choose the same organisation: one file together?"),
        hint=_l("Only when everyone agrees. Do not say what others chose."),
        required=False,
    )
    family = YesNoField(_l("May relatives be told about the case?"), required=False)
    authorities = YesNoField(_l("May authorities receive the data?"), required=False)
    tracing = YesNoField(_l("May relatives be traced?"), required=False)
    photo = YesNoField(_l("May photos or the voice be recorded?"), required=False)
    transfer_abroad = YesNoField(_l("May data be sent to another country?"), required=False)
    statistics = YesNoField(
        _l("May the data count in statistics, without name or number?"), required=False
    )

    def further(self) -> list[Field]:
        """The further questions, in the order they are asked."""
        return [self[purpose.value] for purpose in FURTHER]

    def further_answers(self) -> dict[ConsentPurpose, bool]:
        """Those that were asked, with their answers."""
        answers = {purpose: self[purpose.value].data for purpose in FURTHER}
        return {purpose: given for purpose, given in answers.items() if given is not None}


class ConsentQuestionForm(AskingForm):
    """One question to a person of a case."""

    purpose = ChoiceField(_l("Purpose"), ConsentPurpose, as_list=True)
    organisation = OptionField(_l("Organisation"), options=recipient_options, required=False)
    categories = MultiChoiceField(_l("What may be shared"), DataCategory, required=False)
    given = YesNoField(_l("The answer"))
    expires_on = DateField(_l("Holds until"), earliest=today, required=False)


def arrival_form(minors: Options, **values: object) -> ArrivalForm:
    """The questions to one adult; `minors` of the household may come along."""

    class OfHousehold(ArrivalForm):
        children = MultiOptionField(
            _l("Children who come along on this case"), options=lambda: minors, required=False
        )

    return OfHousehold(**values)


def question_form(people: Options, **values: object) -> ConsentQuestionForm:
    """One question to one of `people`."""

    class OfCase(ConsentQuestionForm):
        person = OptionField(_l("Who was asked"), options=lambda: people)

    return OfCase(**values)
