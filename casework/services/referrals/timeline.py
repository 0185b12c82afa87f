"""What a case's timeline tells of its referrals."""

from collections.abc import Iterator

from sqlalchemy import select

from casework.messages import N_, Message
from casework.policy import Permission
from casework.services.cases.timeline_item import TimelineItem
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import ReferralState
from models.case import Case
from models.organisation import Organisation
from models.referral import Referral, ReferralEvent

_TITLES = {
    ReferralState.SENT: N_("Referral sent"),
    ReferralState.ACKNOWLEDGED: N_("Referral acknowledged"),
    ReferralState.ACCEPTED: N_("Referral accepted"),
    ReferralState.IN_PROGRESS: N_("Referral in progress"),
    ReferralState.COMPLETED: N_("Referral completed"),
    ReferralState.DECLINED: N_("Referral declined"),
    ReferralState.CANCELLED: N_("Referral cancelled"),
    ReferralState.EXPIRED: N_("Referral expired"),
}


def referrals_of(work: Work, case: Case) -> Iterator[TimelineItem]:
    """Each step of each referral out of the case, for whoever may read the referral."""
    statement = (
        select(ReferralEvent, Referral)
        .join(Referral, Referral.id == ReferralEvent.referral_id)
        .where(
            Referral.case_id == case.id,
            ReferralEvent.to_state.in_(_TITLES),
            visible(work.actor, Permission.REFERRAL_READ, Referral),
        )
    )
    for event, referral in work.session.execute(statement):
        yield TimelineItem(
            at=event.at,
            title=Message(_TITLES[event.to_state]),
            detail=_detail(event, referral),
            by=event.by_id,
            endpoint="referrals.show",
            arguments={"referral_id": referral.id},
            organisation=_doer(event, referral),
        )


def _doer(event: ReferralEvent, referral: Referral) -> Organisation:
    by_sender = event.to_state in (ReferralState.SENT, ReferralState.CANCELLED)
    return referral.from_organisation if by_sender else referral.to_organisation


def _detail(event: ReferralEvent, referral: Referral) -> object:
    if event.to_state is ReferralState.SENT:
        sent: dict[str, object] = {"number": referral.number, "to": referral.to_organisation}
        return Message(N_("%(number)s → %(to)s"), sent)
    if event.to_state is ReferralState.DECLINED and referral.decline_reason:
        values: dict[str, object] = {
            "number": referral.number,
            "reason": referral.decline_reason,
        }
        return Message(N_("%(number)s: %(reason)s"), values)
    return referral.number
