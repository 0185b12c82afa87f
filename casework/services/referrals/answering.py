"""What the receiving organisation does with a referral, and how the sender takes it back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.rules.referral_clock import ENDED, accept_by
from casework.services.access import require
from casework.services.referrals.steps import check_recipient, check_sender, move
from casework.services.work import Work
from casework.vocabulary import Purpose, ReferralDecline, ReferralState, Role
from models.referral import Referral
from models.user import User

#: Who answers referrals in the name of an organisation.
ANSWERING = (
    Role.CASEWORKER,
    Role.SUPERVISOR,
    Role.PARTNER_WORKER,
    Role.PARTNER_COORDINATOR,
)
_RESPOND = Permission.REFERRAL_RESPOND


def acknowledge(work: Work, referral: Referral) -> None:
    """Say that it arrived; the clock of the answer starts."""
    _check(work, referral)
    referral.acknowledged_at = clock.now()
    referral.accept_by = accept_by(referral.urgency, referral.acknowledged_at)
    move(work, referral, ReferralState.ACKNOWLEDGED, _RESPOND)


def accept(work: Work, referral: Referral) -> None:
    """Say yes."""
    _answer(work, referral)
    move(work, referral, ReferralState.ACCEPTED, _RESPOND)


def decline(work: Work, referral: Referral, reason: ReferralDecline) -> None:
    """Say no, and why."""
    _answer(work, referral)
    referral.decline_reason = reason
    move(work, referral, ReferralState.DECLINED, _RESPOND, reason)


def begin(work: Work, referral: Referral) -> None:
    """The service has started."""
    _check(work, referral)
    move(work, referral, ReferralState.IN_PROGRESS, _RESPOND)


def complete(work: Work, referral: Referral, outcome: str) -> None:
    """The service was given; `outcome` is what the sender and the person need to know."""
    _check(work, referral)
    referral.outcome = outcome
    move(work, referral, ReferralState.COMPLETED, _RESPOND)


def set_appointment(work: Work, referral: Referral, at: datetime) -> None:
    """When the person is expected; possible once accepted."""
    _check(work, referral)
    if referral.state not in (ReferralState.ACCEPTED, ReferralState.IN_PROGRESS):
        raise InvalidInput(N_("Accept the referral before you make an appointment."))
    referral.appointment_at = at
    _record(work, referral, "referral.appointment_set", {"at": at.date().isoformat()})


def cancel(work: Work, referral: Referral) -> None:
    """The sender takes it back."""
    require(work, Permission.REFERRAL_CREATE, referral)
    check_sender(work, referral)
    move(work, referral, ReferralState.CANCELLED, Permission.REFERRAL_CREATE)


def assign(work: Work, referral: Referral, user_id: UUID) -> None:
    """Say who of the receiving organisation answers it."""
    check_recipient(work, referral)
    if referral.state in ENDED:
        raise InvalidInput(N_("This referral has ended."))
    user = next((user for user in may_answer(work, referral) if user.id == user_id), None)
    if user is None:
        raise InvalidInput(N_("Choose someone of your organisation."), "user")
    referral.assigned_to_id = user.id
    _record(work, referral, "referral.assigned", {"to": str(user.id)}, Permission.CASE_ASSIGN)


def may_answer(work: Work, referral: Referral) -> list[User]:
    """Colleagues of the receiving organisation who can be given the referral."""
    statement = (
        select(User)
        .where(
            User.organisation_id == referral.to_organisation_id,
            User.role.in_(ANSWERING),
            User.active,
        )
        .order_by(User.id)
    )
    return list(work.session.scalars(statement))


def _check(work: Work, referral: Referral) -> None:
    require(work, _RESPOND, referral)
    check_recipient(work, referral)


def _answer(work: Work, referral: Referral) -> None:
    _check(work, referral)
    referral.answered_at = clock.now()
    referral.answered_by_id = work.actor.id


def _record(
    work: Work,
    referral: Referral,
    event: str,
    facts: dict[str, object],
    permission: Permission = _RESPOND,
) -> None:
    work.record(
        Act(
            event,
            Purpose.REFERRAL,
            permission=permission,
            case_id=referral.case_id,
            subjects=[referral.subject_id],
            facts=facts,
        )
    )
