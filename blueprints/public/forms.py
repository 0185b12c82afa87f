"""One question a page, in plain words."""

from typing import Any

from casework import clock
from casework.services.public import words
from casework.services.work import Work
from casework.vocabulary import DocumentStatus, Need, Relation, Sex, WriteBy
from casework.web.fields import (
    ChoiceField,
    ConfirmField,
    DateField,
    EmailField,
    LongTextField,
    MultiChoiceField,
    PasswordField,
    PersonNameField,
    PhoneField,
    TextField,
    YesNoField,
)
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, _l
from casework.web.identifier_fields import PassportField, RegisterNumberField
from casework.web.place_fields import CountryField

#: Violence and exploitation are asked apart, on a page of their own.
ASKED_NEEDS = [need for need in Need if need not in (Need.VIOLENCE, Need.PROTECTION)]
RELATIONS = [relation for relation in Relation if relation is not Relation.PRINCIPAL]
PLAIN = {"autocomplete": "off", "spellcheck": False}


def _today() -> Any:
    return clock.today()


class WhereForm(CaseworkForm):
    """Where they are."""

    country = CountryField(_l("Country"))
    city = TextField(_l("City or place"), required=False, max_length=100)


class NameForm(CaseworkForm):
    """Who fills in the form."""

    patronymic = PersonNameField(_l("Father's or mother's name"), required=False)
    given_name = PersonNameField(_l("Given name"))


class OtherNameForm(NameForm):
    """Somebody who travels with them."""

    relation = ChoiceField(_l("Who is this person to you?"), RELATIONS, as_list=True)


class BirthForm(CaseworkForm):
    """Birth date and sex, as in the passport."""

    birth_date = DateField(_l("Date of birth"), latest=_today)
    sex = ChoiceField(_l("Sex in the passport"), Sex)


class PapersForm(CaseworkForm):
    """The travel document and the numbers."""

    document_status = ChoiceField(_l("Passport or other travel document"), DocumentStatus)
    passport_number = PassportField(
        _l("Passport number"), required=False, max_length=30, render_kw=PLAIN
    )
    register_number = RegisterNumberField(
        _l("Register number"), required=False, max_length=20, render_kw=PLAIN
    )


class NeedsForm(CaseworkForm):
    """What the journey has to take care of."""

    needs = MultiChoiceField(_l("Tick what is true"), ASKED_NEEDS, required=False)
    due_date = DateField(_l("When a child is expected"), required=False)


class PeopleForm(CaseworkForm):
    """Whether that is everybody."""

    more = YesNoField(_l("Does anyone else travel with you?"))


class StayForm(CaseworkForm):
    """How long they may stay where they are."""

    visa_expires_on = DateField(
        _l("The first visa or permit of your family runs out on"), required=False
    )


class SafetyForm(CaseworkForm):
    """The question that nobody has to answer."""

    signs = YesNoField(_l("Is something like this happening to you?"), required=False)


class ContactForm(CaseworkForm):
    """How to reach them without harm."""

    phone = PhoneField(_l("Telephone"), required=False)
    email = EmailField(_l("E-mail"), required=False)
    may_write = ChoiceField(_l("May we write to you?"), WriteBy)
    safe_contact = LongTextField(
        _l("When and how is it safe to call you?"), required=False, max_length=500
    )


class ConsentForm(CaseworkForm):
    """Their agreement."""

    agreed = ConfirmField(_l("I agree that my data are used like this"))


class SendForm(CaseworkForm):
    """Nothing but the button."""


class EnterForm(CaseworkForm):
    """Reference and PIN."""

    code = TextField(_l("Reference"), max_length=40, render_kw=PLAIN)
    pin = PasswordField(_l("PIN"), render_kw={"autocomplete": "off", "inputmode": "numeric"})


class AnswerForm(CaseworkForm):
    """Yes or no to an offer."""

    accepts = YesNoField(_l("Do you accept this place?"))
    text = LongTextField(_l("Anything you want to say"), required=False, max_length=1000)


class ChangeForm(CaseworkForm):
    """What is no longer right."""

    text = LongTextField(_l("What changed?"), max_length=2000)


class AppealForm(CaseworkForm):
    """Why the decision is wrong."""

    text = LongTextField(_l("Why should we decide again?"), max_length=2000)


class WithdrawForm(CaseworkForm):
    """First step of withdrawing."""

    text = LongTextField(_l("Your reason"), required=False, max_length=1000)
    with_children = ConfirmField(_l("The children should withdraw with me"), required=False)


class WithdrawSurelyForm(WithdrawForm):
    """Second step: the same, and the person's yes."""

    sure = ConfirmField(_l("Yes, I give up my place in the queue"))

    def withdraw(self, work: Work) -> None:
        """Take her word."""
        said = self.text.data or _("With the PIN, without words")
        asks = (
            _("Withdrew with the PIN and asks that the children withdraw too: decide about them.")
            if self.with_children.data
            else _("Withdrew with the PIN: see whether children are left without an adult.")
        )
        words.withdraw(work, said, self.with_children.data, asks)


class NewPinForm(CaseworkForm):
    """What the mission confirms before it gives a PIN."""

    checked = ConfirmField(_l("I saw by her papers, or know for certain, that it is this person"))
