"""Moving a referral from state to state: one check, one event, one entry."""

from enum import StrEnum

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.rules.referral_clock import ENDED
from casework.rules.workflow import REFERRAL
from casework.services.consents.recording import is_live
from casework.services.work import Work
from casework.vocabulary import Purpose, ReferralState
from models.consent import Consent
from models.referral import Referral, ReferralEvent


def move(
    work: Work,
    referral: Referral,
    target: ReferralState,
    permission: Permission,
    reason: StrEnum | None = None,
) -> None:
    """Take one step and record it; InvalidTransition when the state does not allow it."""
    before = referral.state
    step(work, referral, target)
    facts = {
        "from": before.value,
        "to": target.value,
        "reason": reason.value if reason else None,
    }
    work.record(
        Act(
            "referral.moved",
            Purpose.REFERRAL,
            permission=permission,
            case_id=referral.case_id,
            subjects=[referral.subject_id],
            facts=facts,
        )
    )


def step(work: Work, referral: Referral, target: ReferralState, note: str | None = None) -> None:
    """Change the state and write the event, without an entry of its own."""
    REFERRAL.check(referral.state, target)
    moment = clock.now()
    event = ReferralEvent(
        referral_id=referral.id,
        subject_id=referral.subject_id,
        at=moment,
        by_id=work.actor.id,
        from_state=referral.state,
        to_state=target,
        note=note,
    )
    work.session.add(event)
    referral.state = target
    if target in ENDED:
        referral.ended_at = moment


def check_sender(work: Work, referral: Referral) -> None:
    """Raise InvalidInput unless the actor's organisation sent it."""
    if work.actor.organisation_id != referral.from_organisation_id:
        raise InvalidInput(N_("Only the organisation that sent the referral can do this."))


def check_recipient(work: Work, referral: Referral) -> None:
    """Raise InvalidInput unless the actor's organisation received it and may still read it."""
    if work.actor.organisation_id != referral.to_organisation_id:
        raise InvalidInput(N_("Only the organisation that received the referral can do this."))
    if withdrawn(work, referral):
        raise InvalidInput(
            N_("The person withdrew the consent. Nothing more can be done with this referral.")
        )


def withdrawn(work: Work, referral: Referral) -> bool:
    """Whether the consent that carried it no longer lives."""
    if referral.consent_id is None:
        return False
    return not is_live(work.session.get_one(Consent, referral.consent_id))
