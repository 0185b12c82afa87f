"""Taking a yes back, and its end by itself; what it opened to others closes with it."""

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.notices import tell
from casework.services.work import Database, Work
from casework.vocabulary import ConsentState, NoticeKind, Purpose
from models.case import Case, CasePerson, Grant
from models.consent import Consent
from models.referral import Referral
from models.return_request import ReturnRequest
from models.user import User


def withdraw_consent(work: Work, consent: Consent, case: Case | None = None) -> Consent:
    """Take a yes back: what it opened to the recipient closes at once.

    `case` is the file of this person on which the word was given; without it, the record on which
    the consent was asked. Raises InvalidTransition when there is no live yes to take back.
    """
    require(work, Permission.CONSENT_WITHDRAW, case or _record_of(work, consent))
    if consent.state is not ConsentState.GIVEN:
        raise InvalidTransition(N_("Only a consent that was given can be withdrawn."))
    take_back(work, consent)
    return consent


def _record_of(work: Work, consent: Consent) -> Case | ReturnRequest:
    if consent.case_id:
        return work.session.get_one(Case, consent.case_id)
    return work.session.get_one(ReturnRequest, consent.request_id)


def take_back(work: Work, consent: Consent) -> None:
    """End a yes on the person's word, with what it opened."""
    consent.state, consent.withdrawn_on = ConsentState.WITHDRAWN, clock.today()
    grants = end_shares(work, consent, NoticeKind.CONSENT_WITHDRAWN)
    facts = _ended(consent, grants)
    work.record(consent_act("consent.withdrawn", Permission.CONSENT_WITHDRAW, consent, facts))


def end_shares(work: Work, consent: Consent, kind: NoticeKind) -> int:
    """Close to the recipient what this yes opened, and tell her people so.

    Referrals close by themselves: their reader asks for a yes that holds. Returns how many cases
    were closed to the recipient.
    """
    if consent.recipient_id is None:
        return 0
    work.session.flush()
    with work.beyond("what a yes opened to another organisation ends with it"):
        grants = _live_grants(work, consent)
        for grant in grants:
            grant.revoked_at = clock.now()
        recipients = _who_received(work, consent, grants)
    tell(work, recipients, kind, record_id=consent.id)
    return len(grants)


def _who_received(work: Work, consent: Consent, grants: list[Grant]) -> list[User]:
    """The recipient's people, when anything of this person was sent or opened to it."""
    referred = work.session.scalars(
        select(Referral.id).where(
            Referral.person_id == consent.person_id,
            Referral.to_organisation_id == consent.recipient_id,
            Referral.sent_at.is_not(None),
        )
    ).first()
    if not grants and referred is None:
        return []
    statement = select(User).where(User.organisation_id == consent.recipient_id, User.active)
    return list(work.session.scalars(statement))


def _ended(consent: Consent, grants: int) -> dict[str, object]:
    return {
        "purpose": consent.purpose.value,
        "recipient": consent.recipient.code if consent.recipient else None,
        "grants": grants,
    }


def expire_consents(database: Database) -> int:
    """End each yes whose last day has passed, with what it opened; returns how many."""
    with database.writing(system_actor()) as work:
        late = work.session.scalars(
            select(Consent).where(
                Consent.state == ConsentState.GIVEN, Consent.expires_on < clock.today()
            )
        ).all()
        for consent in late:
            consent.state = ConsentState.EXPIRED
            grants = end_shares(work, consent, NoticeKind.CONSENT_EXPIRED)
            work.record(consent_act("consent.expired", None, consent, _ended(consent, grants)))
        return len(late)


def _live_grants(work: Work, consent: Consent) -> list[Grant]:
    """What the recipient may read of cases with this person, on the strength of this consent."""
    if consent.recipient_id is None:
        return []
    cases = select(CasePerson.case_id).where(CasePerson.person_id == consent.person_id)
    return list(
        work.session.scalars(
            select(Grant).where(
                Grant.organisation_id == consent.recipient_id,
                Grant.case_id.in_(cases),
                Grant.revoked_at.is_(None),
            )
        )
    )


def consent_act(
    event: str, permission: Permission | None, consent: Consent, facts: dict[str, object]
) -> Act:
    """The entry of a step of a consent."""
    return Act(
        event,
        Purpose.CASE_MANAGEMENT,
        permission=permission,
        case_id=consent.case_id,
        subjects={consent.subject_id},
        facts=facts,
    )
