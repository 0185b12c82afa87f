"""Recording an answer, taking a yes back, and finding a yes that holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.work import Work
from casework.vocabulary import (
    ConsentForm,
    ConsentPurpose,
    ConsentState,
    DataCategory,
    Language,
    Purpose,
)
from models.case import Case, CasePerson, Grant
from models.consent import Consent
from models.organisation import Organisation
from models.person import Person
from models.return_request import ReturnRequest

#: Purposes that share with one organisation, which must be named.
NEED_RECIPIENT = (ConsentPurpose.CASE_MANAGEMENT, ConsentPurpose.REFERRAL)


@dataclass(frozen=True)
class Answer:
    """One person's yes or no to one purpose and recipient; `categories` may be shared."""

    person: Person
    purpose: ConsentPurpose
    given: bool
    recipient: Organisation | None = None
    categories: Sequence[DataCategory] = ()
    common_case: bool = False


@dataclass(frozen=True)
class Asking:
    """How the answer was asked for, and on which record: a request, a case, or both.

    `circumstances`: interpreter, guardian or witness, a child's assent.
    """

    form: ConsentForm
    language: Language
    asked_alone: bool
    request: ReturnRequest | None = None
    case: Case | None = None
    circumstances: str | None = None
    given_on: date | None = None
    expires_on: date | None = None


def record_consent(work: Work, answer: Answer, asking: Asking) -> Consent:
    """Keep an answer, yes or no. A no takes back an earlier yes to the same question.

    Raises InvalidInput when a purpose that shares names no recipient, or shares nothing.
    """
    require(work, Permission.CONSENT_RECORD, asking.case or asking.request)
    _check(answer, asking)
    if not answer.given:
        for earlier in _given(work, answer.person.id, answer.purpose, _id(answer.recipient)):
            _take_back(work, earlier)
    consent = Consent(
        subject_id=answer.person.subject_id,
        person_id=answer.person.id,
        request_id=asking.request.id if asking.request else None,
        case_id=asking.case.id if asking.case else None,
        purpose=answer.purpose,
        recipient_id=_id(answer.recipient),
        categories=sorted(category.value for category in answer.categories),
        state=ConsentState.GIVEN if answer.given else ConsentState.REFUSED,
        form=asking.form,
        language=asking.language,
        asked_alone=asking.asked_alone,
        common_case=answer.given and answer.common_case,
        given_on=asking.given_on or clock.today(),
        expires_on=asking.expires_on,
        recorded_by_id=work.actor.id,
        circumstances=asking.circumstances,
    )
    consent.person, consent.recipient = answer.person, answer.recipient
    work.session.add(consent)
    facts: dict[str, object] = {
        "purpose": answer.purpose.value,
        "answer": consent.state.value,
        "recipient": answer.recipient.code if answer.recipient else None,
    }
    work.record(_act("consent.recorded", Permission.CONSENT_RECORD, consent, facts))
    return consent


def _check(answer: Answer, asking: Asking) -> None:
    if answer.given and answer.purpose in NEED_RECIPIENT:
        if answer.recipient is None:
            raise InvalidInput(N_("Say with which organisation."), "organisation")
        if not answer.categories:
            raise InvalidInput(N_("Say what may be shared."), "categories")
    if asking.form is ConsentForm.THUMBPRINT and not asking.circumstances:
        raise InvalidInput(N_("A thumbprint needs a witness: say who."), "circumstances")
    if asking.expires_on and asking.expires_on < clock.today():
        raise InvalidInput(N_("Choose a day that is still to come."), "expires_on")


def withdraw_consent(work: Work, consent: Consent, case: Case | None = None) -> Consent:
    """Take a yes back: what it opened to the recipient closes at once.

    `case` is the file of this person on which the word was given; without it, the record on which
    the consent was asked. Raises InvalidTransition when there is no live yes to take back.
    """
    require(work, Permission.CONSENT_WITHDRAW, case or _record_of(work, consent))
    if consent.state is not ConsentState.GIVEN:
        raise InvalidTransition(N_("Only a consent that was given can be withdrawn."))
    _take_back(work, consent)
    return consent


def _record_of(work: Work, consent: Consent) -> Case | ReturnRequest:
    if consent.case_id:
        return work.session.get_one(Case, consent.case_id)
    return work.session.get_one(ReturnRequest, consent.request_id)


def _take_back(work: Work, consent: Consent) -> None:
    consent.state = ConsentState.WITHDRAWN
    consent.withdrawn_on = clock.today()
    grants = _live_grants(work, consent)
    for grant in grants:
        grant.revoked_at = clock.now()
    facts: dict[str, object] = {
        "purpose": consent.purpose.value,
        "recipient": consent.recipient.code if consent.recipient else None,
        "grants": len(grants),
    }
    work.record(_act("consent.withdrawn", Permission.CONSENT_WITHDRAW, consent, facts))


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


def live_consent(
    work: Work,
    person_id: UUID,
    purpose: ConsentPurpose,
    recipient_id: UUID | None = None,
    categories: Iterable[DataCategory] = (),
) -> Consent | None:
    """The newest yes that holds today for this purpose and recipient and covers `categories`."""
    wanted = {category.value for category in categories}
    for consent in _given(work, person_id, purpose, recipient_id):
        if wanted <= set(consent.categories):
            return consent
    return None


def _given(
    work: Work, person_id: UUID, purpose: ConsentPurpose, recipient_id: UUID | None
) -> list[Consent]:
    """Each yes that holds today, newest first."""
    return list(
        work.session.scalars(
            select(Consent)
            .where(
                Consent.person_id == person_id,
                Consent.purpose == purpose,
                Consent.recipient_id == recipient_id,
                Consent.state == ConsentState.GIVEN,
                or_(Consent.expires_on.is_(None), Consent.expires_on >= clock.today()),
            )
            .order_by(Consent.given_on.desc(), Consent.id.desc())
        )
    )


def _id(organisation: Organisation | None) -> UUID | None:
    return organisation.id if organisation else None


def _act(event: str, permission: Permission, consent: Consent, facts: dict[str, object]) -> Act:
    return Act(
        event,
        Purpose.CASE_MANAGEMENT,
        permission=permission,
        case_id=consent.case_id,
        subjects={consent.subject_id},
        facts=facts,
    )
