"""A person who walked in at a partner and is referred at once: person, case, consent, referral."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from audit.record import Act
from casework import clock
from casework.crypto.tokens import scheme, search_token
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Facts, Permission
from casework.reference.identifiers import phone_number
from casework.rules.age import age_band
from casework.services.access import require_facts
from casework.services.cases.opening import Opening, cases_of, open_case
from casework.services.consents.recording import Answer, Asking, Giver, live_consent, record_consent
from casework.services.names import note_name_change
from casework.services.referrals.sending import Proposal, send_referral
from casework.services.referrals.steps import check_recipient
from casework.services.work import Work
from casework.vocabulary import (
    CaseKind,
    ConsentForm,
    ConsentPurpose,
    DataCategory,
    Language,
    LegalBasis,
    Purpose,
    ReferralState,
    Sex,
    SubjectKind,
    TokenKind,
    Urgency,
)
from models.case import Case
from models.organisation import Organisation
from models.person import Person
from models.referral import DirectoryEntry, Referral
from models.subject import SearchToken

#: States in which the receiving organisation works with the person.
_TAKEN_ON = (ReferralState.ACCEPTED, ReferralState.IN_PROGRESS)


@dataclass(frozen=True)
class NewPerson:
    """Who walked in; give the birth date, or the age when nobody knows it."""

    given_name: str
    patronymic: str | None
    sex: Sex
    birth_date: date | None
    age: int | None
    phone: str | None
    safe_contact: str | None


@dataclass(frozen=True)
class WalkIn:
    """The whole page: the person, what she agreed to, and what she needs."""

    person: NewPerson
    entry: DirectoryEntry
    urgency: Urgency
    reason: str
    categories: Sequence[DataCategory]
    consent_form: ConsentForm
    consent_on: date
    circumstances: str | None
    giver: Giver
    interpreter: str | None


def refer_walk_in(work: Work, walk_in: WalkIn) -> Referral:
    """Open the organisation's own case, keep the consent and send the referral, all or nothing."""
    own = work.session.get_one(Organisation, work.actor.organisation_id)
    holders = frozenset({own.id})
    require_facts(work, Permission.CASE_CREATE, Facts(holders=holders, organisations=holders))
    person = _add_person(work, walk_in.person)
    case = open_case(work, Opening(own, [person], CaseKind.DIRECT, LegalBasis.CONSENT))
    _take_on(work, case)
    recipient = walk_in.entry.organisation
    consent = record_consent(
        work,
        Answer(person, ConsentPurpose.REFERRAL, True, recipient, walk_in.categories),
        Asking(
            form=walk_in.consent_form,
            language=Language.MN,
            asked_alone=True,
            case=case,
            circumstances=walk_in.circumstances,
            giver=walk_in.giver,
            interpreter=walk_in.interpreter,
            given_on=walk_in.consent_on,
        ),
    )
    proposal = Proposal(person, walk_in.entry, walk_in.urgency, walk_in.reason, walk_in.categories)
    return send_referral(work, case, proposal, consent.id)


def may_open_own_case(work: Work, referral: Referral) -> bool:
    """Whether the receiving organisation took the person on, has no open case of her, and may
    open one: she agreed to it.
    """
    return (
        referral.state in _TAKEN_ON
        and not _own_cases(work, referral)
        and _case_consent(work, referral) is not None
    )


def open_own_case(work: Work, referral: Referral) -> Case:
    """The receiving organisation's own case of the same person, once, if she agreed to it."""
    check_recipient(work, referral)
    own = work.session.get_one(Organisation, work.actor.organisation_id)
    holders = frozenset({own.id})
    require_facts(work, Permission.CASE_CREATE, Facts(holders=holders, organisations=holders))
    if referral.state not in _TAKEN_ON:
        raise InvalidInput(N_("Accept the referral before you open a case."))
    if _own_cases(work, referral):
        raise InvalidInput(N_("Your organisation has an open case of this person already."))
    if _case_consent(work, referral) is None:
        raise InvalidInput(
            N_("The person has not agreed that your organisation opens a case. Ask first.")
        )
    person = work.session.get_one(Person, referral.person_id)
    opening = Opening(own, [person], CaseKind.DIRECT, LegalBasis.CONSENT, cause=str(referral.id))
    case = open_case(work, opening)
    _take_on(work, case)
    return case


def _own_cases(work: Work, referral: Referral) -> list[Case]:
    return cases_of(work, referral.person_id, referral.to_organisation_id)


def _case_consent(work: Work, referral: Referral) -> object:
    return live_consent(
        work, referral.person_id, ConsentPurpose.CASE_MANAGEMENT, referral.to_organisation_id
    )


def _take_on(work: Work, case: Case) -> None:
    """The worker who met the person keeps the case."""
    with work.beyond("the case becomes hers"):
        case.assigned_to_id = work.actor.id
    work.record(
        Act(
            "case.assigned",
            Purpose.CASE_MANAGEMENT,
            permission=Permission.CASE_CREATE,
            case_id=case.id,
            facts={"to": str(work.actor.id)},
        )
    )


def _add_person(work: Work, new: NewPerson) -> Person:
    born = new.birth_date or _born(new.age)
    person = Person(
        subject_id=work.new_subject(SubjectKind.PERSON).id,
        sex=new.sex,
        age_band=age_band(born, clock.today()),
        given_name=new.given_name,
        patronymic=new.patronymic or None,
        birth_date=born,
        phone=new.phone or None,
        safe_contact=new.safe_contact or None,
    )
    work.session.add(person)
    if new.phone:
        work.session.add(_phone_token(work, person, new.phone))
    note_name_change(work, person)
    return person


def _born(age: int | None) -> date:
    """1 July of the year that makes this age likeliest when only the age is known."""
    if age is None:
        raise InvalidInput(N_("Give the birth date, or the age."), "birth_date")
    today = clock.today()
    born_this_half = (today.month, today.day) < (7, 1)
    return date(today.year - age - born_this_half, 7, 1)


def _phone_token(work: Work, person: Person, phone: str) -> SearchToken:
    return SearchToken(
        kind=TokenKind.PHONE,
        scheme=scheme(work.keyring),
        token=search_token(work.keyring, TokenKind.PHONE, phone_number(phone)),
        subject_id=person.subject_id,
        row_id=person.id,
    )
