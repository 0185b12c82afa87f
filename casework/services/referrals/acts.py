"""Which acts a referral's page offers to whom."""

from enum import StrEnum

from casework.policy import Permission
from casework.rules.referral_clock import OPEN
from casework.services.access import allowed
from casework.services.referrals.reading import ReferralLine, Side
from casework.services.referrals.sending import may_confirm
from casework.services.referrals.walk_in import may_open_own_case
from casework.services.work import Work
from casework.vocabulary import ReferralState


class ReferralAct(StrEnum):
    """What can be done, by its page."""

    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    DECLINE = "decline"
    APPOINTMENT = "appointment"
    BEGIN = "begin"
    COMPLETE = "complete"
    ASSIGN = "assign"
    OPEN_CASE = "open_case"
    CONFIRM = "confirm"
    DISCARD = "discard"
    CANCEL = "cancel"


_A = ReferralAct
#: The receiving side's acts by state; the first is the page's one green button.
ANSWERS: dict[ReferralState, tuple[ReferralAct, ...]] = {
    ReferralState.SENT: (_A.ACKNOWLEDGE, _A.DECLINE),
    ReferralState.ACKNOWLEDGED: (_A.ACCEPT, _A.DECLINE),
    ReferralState.ACCEPTED: (_A.BEGIN, _A.APPOINTMENT, _A.DECLINE),
    ReferralState.IN_PROGRESS: (_A.COMPLETE, _A.APPOINTMENT, _A.DECLINE),
}


def acts_for(work: Work, line: ReferralLine) -> list[ReferralAct]:
    """What the actor can do now, the next step first."""
    if line.side is Side.SENT:
        return _sender_acts(work, line)
    return [] if line.withdrawn else _recipient_acts(work, line)


def _sender_acts(work: Work, line: ReferralLine) -> list[ReferralAct]:
    if not allowed(work, Permission.REFERRAL_CREATE, line.referral):
        return []
    if line.referral.state is ReferralState.DRAFT:
        confirm = [_A.CONFIRM] if may_confirm(work, line.referral) else []
        return [*confirm, _A.DISCARD]
    return [_A.CANCEL] if line.referral.state in OPEN else []


def _recipient_acts(work: Work, line: ReferralLine) -> list[ReferralAct]:
    referral = line.referral
    acts: list[ReferralAct] = []
    if allowed(work, Permission.REFERRAL_RESPOND, referral):
        acts += ANSWERS.get(referral.state, ())
        if may_open_own_case(work, referral):
            acts.append(_A.OPEN_CASE)
    if referral.state in OPEN and allowed(work, Permission.CASE_ASSIGN, referral):
        acts.append(_A.ASSIGN)
    return acts
