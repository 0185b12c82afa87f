"""Proposing whose data are destroyed."""

from casework.web.fields import LongTextField, MultiOptionField, Options
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class ProposalForm(CaseworkForm):
    """Why; the people are added by `proposal_form`."""

    reason = LongTextField(
        _l("Why now"),
        hint=_l("What you checked: nothing of these people is still needed."),
        max_length=1000,
    )


def proposal_form(people: Options) -> ProposalForm:
    """Whose, of these, and why."""

    class Proposal(ProposalForm):
        people = MultiOptionField(_l("Whose data"), options=lambda: people_offered)

    people_offered = people
    return Proposal()
