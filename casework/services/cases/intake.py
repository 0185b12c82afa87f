"""Taking somebody in directly: a walk-in, or a person referred from elsewhere."""

from dataclasses import dataclass, replace
from datetime import date

from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Facts, Permission, Side
from casework.rules.age import age_band
from casework.services.access import require_facts
from casework.services.cases.daily import add_note
from casework.services.cases.opening import Opening, open_case
from casework.services.consents.recording import Answer, Asking, record_consent
from casework.services.names import note_name_change
from casework.services.people.tokens import add_tokens
from casework.services.work import Work
from casework.vocabulary import (
    CaseKind,
    ConsentPurpose,
    DataCategory,
    Language,
    LegalBasis,
    Role,
    Sex,
    SubjectKind,
)
from models.case import Case
from models.organisation import Organisation
from models.person import Person


@dataclass(frozen=True, repr=False)
class Newcomer:
    """Who comes: the least that is needed to begin. Absent identifiers are empty."""

    given_name: str
    sex: Sex
    birth_date: date
    patronymic: str = ""
    ovog: str = ""
    register_number: str = ""
    phone: str = ""
    safe_contact: str = ""
    language: Language = Language.MN


@dataclass(frozen=True, repr=False)
class Ground:
    """What allows the case: consent (with how it was asked and what it covers), a public task, or
    vital interest; `note` says what brought the person here.
    """

    basis: LegalBasis
    note: str
    asking: Asking | None = None
    categories: tuple[DataCategory, ...] = ()


def take_in(work: Work, newcomer: Newcomer, ground: Ground) -> Case:
    """Open a direct case in the actor's own organisation.

    A worker who takes somebody in has the case; a supervisor's or coordinator's waits in the inbox.
    Raises InvalidInput when consent is the ground and it was not said how it was given.
    """
    organisation = work.session.get_one(Organisation, work.actor.organisation_id)
    facts = Facts(
        side=Side.CASE,
        organisations=frozenset({organisation.id}),
        holders=frozenset({organisation.id}),
    )
    require_facts(work, Permission.CASE_CREATE, facts)
    if ground.basis is LegalBasis.CONSENT and ground.asking is None:
        raise InvalidInput(N_("Say how the consent was given."), "form")
    person = add_newcomer(work, newcomer)
    opening = Opening(organisation, [person], CaseKind.DIRECT, ground.basis)
    case = open_case(work, opening)
    if work.actor.role in (Role.CASEWORKER, Role.PARTNER_WORKER):
        with work.beyond("the case becomes hers"):
            case.assigned_to_id = work.actor.id
    add_note(work, case, ground.note)
    if ground.basis is LegalBasis.CONSENT and ground.asking is not None:
        _keep_consent(work, case, person, ground, ground.asking)
    return case


def add_newcomer(work: Work, newcomer: Newcomer) -> Person:
    """Store a person without a return request, who is found by name and number from now on.

    The caller writes the entry.
    """
    person = Person(
        subject_id=work.new_subject(SubjectKind.PERSON).id,
        sex=newcomer.sex,
        age_band=age_band(newcomer.birth_date, clock.today()),
        language=newcomer.language,
        ovog=newcomer.ovog or None,
        patronymic=newcomer.patronymic or None,
        given_name=newcomer.given_name,
        birth_date=newcomer.birth_date,
        register_number=newcomer.register_number or None,
        phone=newcomer.phone or None,
        safe_contact=newcomer.safe_contact or None,
    )
    work.session.add(person)
    add_tokens(work, person)
    note_name_change(work, person)
    return person


def _keep_consent(work: Work, case: Case, person: Person, ground: Ground, asking: Asking) -> None:
    answer = Answer(
        person,
        ConsentPurpose.CASE_MANAGEMENT,
        given=True,
        recipient=case.organisation,
        categories=ground.categories,
    )
    record_consent(work, answer, replace(asking, case=case))
