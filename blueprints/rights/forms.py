"""Forms of requests of the person."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from wtforms.fields.core import Field

from casework.clock import today
from casework.labels_fields import field_label
from casework.services.rights.correction import CORRECTABLE, Proposed
from casework.services.rights.holdings import INCLUDE, SharedText
from casework.vocabulary import (
    AskedBy,
    ExtensionReason,
    IdentityCheck,
    LegalHoldReason,
    ReadingReason,
    RequestRefusal,
    Sex,
    SubjectRequestKind,
    Withheld,
)
from casework.web.fields import (
    ChoiceField,
    ConfirmField,
    DateField,
    EmailField,
    LongTextField,
    MultiOptionField,
    OptionField,
    Options,
    PersonNameField,
    PhoneField,
    TextField,
)
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, _l, gettext, labelled, shown


class RegisterForm(CaseworkForm):
    """What somebody asks of the data about a person."""

    kind = ChoiceField(_l("What is asked?"), SubjectRequestKind)
    asked_by = ChoiceField(_l("Who asks?"), AskedBy)
    asker = TextField(
        _l("Guardian or representative: who, and what shows that they may"), required=False
    )
    received_on = DateField(
        _l("Day it came"), latest=today, earliest=lambda: today() - timedelta(days=366)
    )
    words = LongTextField(_l("What was asked, in the person's words"), required=False)
    ovog = PersonNameField(_l("Clan name"), required=False)
    patronymic = PersonNameField(_l("Father's name"), required=False)
    given_name = PersonNameField(_l("Given name"), required=False)
    latin_name = PersonNameField(_l("Name in Latin letters"), required=False)
    sex = ChoiceField(_l("Sex"), Sex, required=False, as_list=True)
    birth_date = DateField(_l("Birth date"), latest=today, required=False)
    register_number = TextField(_l("Register number"), max_length=20, required=False)
    passport_number = TextField(_l("Passport number"), max_length=20, required=False)
    phone = PhoneField(_l("Telephone"), required=False)
    email = EmailField(_l("E-mail"), required=False)

    def correction_fields(self) -> list[Field]:
        """Those that only a correction fills in."""
        return [self[name] for name in CORRECTABLE]

    def proposal(self) -> dict[str, str]:
        """The right values that were given, as text."""
        given = {name: self[name].data for name in CORRECTABLE}
        return {name: _as_text(value) for name, value in given.items() if value}


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class OfficerRegisterForm(RegisterForm):
    """The same, for a person whom the officer finds by a number."""

    identifier = TextField(
        _l("Number that the person shows"),
        max_length=64,
        hint=_l("Register or passport number, or the number of the request, case or referral."),
    )


class IdentityForm(CaseworkForm):
    """How it was made sure who asks."""

    how = ChoiceField(_l("How was the identity checked?"), IdentityCheck)


class ExtensionForm(CaseworkForm):
    """Why it takes longer."""

    reason = ChoiceField(_l("Why does it take longer?"), ExtensionReason)


class RefusalForm(CaseworkForm):
    """Why the request is not met."""

    reason = ChoiceField(_l("Reason in law"), RequestRefusal)
    answer = LongTextField(
        _l("What the person is told"),
        hint=_l("In plain words, with where she can complain."),
    )


class AnswerForm(CaseworkForm):
    """How a request is closed."""

    answer = LongTextField(_l("What the person is told"), required=False)


class EraseForm(CaseworkForm):
    """A confirmation that nobody gives by accident."""

    reason = LongTextField(_l("Why the data may be erased"), max_length=1000)
    typed = TextField(_l("Type the number of this request"), max_length=32)
    understood = ConfirmField(_l("I know that nothing brings the data back"))


class HoldForm(CaseworkForm):
    """Whose order keeps the data, and until when."""

    reason = ChoiceField(_l("Why must the data be kept?"), LegalHoldReason)
    authority = TextField(_l("Whose order, and its number"), max_length=300)
    until = DateField(_l("Until"), earliest=today, required=False)


class ReasonForm(CaseworkForm):
    """Why a restricted record is opened."""

    reason = ChoiceField(_l("Why do you open it?"), ReadingReason)


def assign_form(officers: Options, **values: object) -> CaseworkForm:
    """Which officer answers the request."""

    class Offered(CaseworkForm):
        officer = OptionField(_l("Protection officer"), options=lambda: officers)

    return Offered(**values)


def correction_form(proposed: Sequence[Proposed]) -> CaseworkForm:
    """Which of the proposed values are taken over."""
    named = [(one.field, _offer(one)) for one in proposed]

    class Offered(AnswerForm):
        fields = MultiOptionField(_l("Put right"), options=lambda: named, required=False)

    return Offered(data={"fields": [name for name, _label in named]})


def _offer(one: Proposed) -> str:
    return f"{gettext(field_label(one.field))}: {_beside(one)}"


def _beside(one: Proposed) -> str:
    recorded = _code(one.field, one.recorded) or "—"
    return _(
        "%(right)s (recorded: %(recorded)s)", right=_code(one.field, one.right), recorded=recorded
    )


def proposal_rows(proposed: Sequence[Proposed]) -> list[tuple[str, str]]:
    """Each field with what is right beside what is recorded."""
    return [(gettext(field_label(one.field)), _beside(one)) for one in proposed]


def _code(field: str, text: str) -> str:
    return labelled(Sex(text)) if field == "sex" and text else text


def text_choices() -> Options:
    """What may be decided on a text about several people."""
    return [(INCLUDE, _("Include")), *((code.value, shown(code)) for code in Withheld)]


def texts_form(texts: Sequence[SharedText], decided: dict[str, str]) -> CaseworkForm:
    """One choice for each text; leaving it out stands first where nothing was decided."""
    fields = {
        f"text_{number}": OptionField(_l("Decision"), options=text_choices)
        for number in range(len(texts))
    }
    made = type("TextsForm", (CaseworkForm,), fields)
    data = {
        f"text_{number}": decided.get(one.key, Withheld.OTHER_PERSON.value)
        for number, one in enumerate(texts)
    }
    form: CaseworkForm = made(data=data)
    return form


def redaction_form(texts: Sequence[SharedText]) -> CaseworkForm:
    """Each text as it stands, to be changed where the erased person is named."""
    fields = {
        f"text_{number}": LongTextField(_l("Text that may stay"), required=False, max_length=8000)
        for number in range(len(texts))
    }
    made = type("RedactionForm", (CaseworkForm,), fields)
    data = {f"text_{number}": one.words for number, one in enumerate(texts)}
    form: CaseworkForm = made(data=data)
    return form
