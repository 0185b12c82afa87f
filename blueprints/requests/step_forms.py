"""What is asked at each step of a request."""

from uuid import UUID

from casework.services.requests.deciding import Withdrawal, find_member
from casework.services.requests.states import active_members
from casework.vocabulary import DeclineReason, WithdrawalChannel
from casework.web.fields import (
    ChoiceField,
    ConfirmField,
    LongTextField,
    OptionField,
    TextField,
)
from casework.web.filters import person_name
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l
from casework.web.widgets import Radios
from models.return_request import RequestMember, ReturnRequest


class DeclineForm(CaseworkForm):
    """Why, as a code and in words that the person can be told."""

    reason = ChoiceField(_l("Reason"), DeclineReason)
    note = LongTextField(
        _l("What the person is told"),
        required=False,
        max_length=2000,
        hint=_l("In plain words. The person may appeal to the consular department."),
    )


class AppealForm(CaseworkForm):
    """What the person said against the decision."""

    appeal = LongTextField(
        _l("What the person said, and why the decision changes"), max_length=4000
    )


class WithdrawForm(CaseworkForm):
    """Who withdraws, and the word of that very person."""

    member = OptionField(_l("Who withdraws"), widget=Radios())
    channel = ChoiceField(
        _l("How the word was given"),
        [each for each in WithdrawalChannel if each is not WithdrawalChannel.PUBLIC_FORM],
    )
    word = LongTextField(
        _l("What the person said, and to whom"),
        max_length=2000,
        hint=_l("The person's own words, on which day, and who heard them"),
    )
    own_word = ConfirmField(_l("The person said so themselves, and confirmed it"))
    with_children = ConfirmField(
        _l("The children who travel with this person withdraw as well"), required=False
    )

    @classmethod
    def of(cls, request: ReturnRequest) -> "WithdrawForm":
        """The form for those who still travel."""
        members = active_members(request)
        names = [(str(each.id), person_name(each.person)) for each in members]

        class OfRequest(cls):  # type: ignore[misc, valid-type]
            member = OptionField(_l("Who withdraws"), widget=Radios(), options=lambda: names)

        form: WithdrawForm = OfRequest()
        return form

    def chosen(self, request: ReturnRequest) -> RequestMember:
        """The member who withdraws."""
        return find_member(active_members(request), UUID(self.member.data))

    def withdrawal(self) -> Withdrawal:
        """The word."""
        return Withdrawal(self.channel.data, self.word.data, self.with_children.data)


class DuplicateForm(CaseworkForm):
    """The request that stays."""

    reference = TextField(
        _l("Number of the request that stays"),
        max_length=32,
        render_kw={"classes": "govuk-input--width-10", "autocomplete": "off"},
    )
