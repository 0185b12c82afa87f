"""Recording an answer, and finding a yes that holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.consents.ending import consent_act, take_back
from casework.services.work import Work
from casework.vocabulary import (
    AgeBand,
    AskedBy,
    Assent,
    ConsentForm,
    ConsentPurpose,
    ConsentState,
    DataCategory,
    Language,
)
from models.case import Case
from models.consent import Consent
from models.organisation import Organisation
from models.person import Person
from models.return_request import ReturnRequest

UNDER_14 = (AgeBand.INFANT, AgeBand.CHILD)
MINORS = (*UNDER_14, AgeBand.YOUTH)
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
class Giver:
    """Who answered: the person, or somebody for her.

    `guardian_id` is that other when a person known here, `guardian` names anybody else; `assent`
    is what the child said.
    """

    by: AskedBy = AskedBy.PERSON
    guardian_id: UUID | None = None
    guardian: str | None = None
    assent: Assent | None = None


THE_PERSON = Giver()


@dataclass(frozen=True)
class Asking:
    """How the answer was asked for, and on which record: a request, a case, or both.

    `circumstances`: a witness, and whatever else bears on it.
    """

    form: ConsentForm
    language: Language
    asked_alone: bool
    request: ReturnRequest | None = None
    case: Case | None = None
    circumstances: str | None = None
    given_on: date | None = None
    expires_on: date | None = None
    giver: Giver = THE_PERSON
    interpreter: str | None = None


def record_consent(work: Work, answer: Answer, asking: Asking) -> Consent:
    """Keep an answer, yes or no. A no takes back an earlier yes to the same question.

    Raises InvalidInput when a purpose that shares names no recipient, or shares nothing, and when
    a guardian's yes is not named or stands against the child's no.
    """
    require(work, Permission.CONSENT_RECORD, asking.case or asking.request)
    _check(answer, asking)
    _check_giver(answer, asking.giver)
    if not answer.given:
        for earlier in _given(work, answer.person.id, answer.purpose, _id(answer.recipient)):
            take_back(work, earlier)
    consent = _kept(work, answer, asking)
    facts: dict[str, object] = {
        "purpose": answer.purpose.value,
        "answer": consent.state.value,
        "recipient": answer.recipient.code if answer.recipient else None,
    }
    work.record(consent_act("consent.recorded", Permission.CONSENT_RECORD, consent, facts))
    return consent


def _kept(work: Work, answer: Answer, asking: Asking) -> Consent:
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
        given_by=asking.giver.by,
        assent=asking.giver.assent,
        guardian_id=asking.giver.guardian_id,
        guardian=asking.giver.guardian,
        interpreter=asking.interpreter,
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


def _check_giver(answer: Answer, giver: Giver) -> None:
    if giver.by is AskedBy.PERSON:
        if answer.person.age_band in UNDER_14:
            raise InvalidInput(N_("A guardian answers for a child this young."), "given_by")
        return
    if not (giver.guardian or giver.guardian_id):
        raise InvalidInput(N_("Say who answered for the person."), "guardian")
    if answer.person.age_band in MINORS and giver.assent is None:
        raise InvalidInput(N_("Say what the child said, or that it was not asked."), "assent")
    if answer.given and giver.assent is Assent.REFUSED:
        raise InvalidInput(
            N_("A guardian's yes does not hold against the child's no. Keep the answer as a no."),
            "assent",
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


def is_live(consent: Consent) -> bool:
    """Given, not withdrawn, not expired."""
    expired = consent.expires_on is not None and consent.expires_on < clock.today()
    return consent.state is ConsentState.GIVEN and not expired


def hold(work: Work, consent: Consent) -> bool:
    """Whether the yes holds, kept so until the commit: taking it back waits, or came before."""
    work.session.refresh(consent, with_for_update={"of": Consent})
    return is_live(consent)
