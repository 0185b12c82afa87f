"""Oyunchimeg's case at IOM, two services, and the consent that lets her be referred."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.clock import today
from casework.services.cases.opening import Opening, open_case
from casework.services.consents.recording import Answer, Asking, record_consent
from casework.services.directory.entries import add_entry
from casework.services.organisations import get_organisation
from casework.services.referrals.sending import Proposal, send_referral
from casework.services.work import Database, Work
from casework.vocabulary import (
    AgeBand,
    CaseKind,
    ConsentForm,
    ConsentPurpose,
    DataCategory,
    Language,
    LegalBasis,
    Purpose,
    ServiceKind,
    Sex,
    SubjectKind,
    Urgency,
)
from models.case import Case
from models.person import Person
from models.referral import DirectoryEntry, Referral
from tests.conftest import Cast

IN_FORCE = date(2099, 12, 31)
#: Everything of Oyunchimeg that must never leave beyond what she agreed to.
SECRETS = {
    "patronymic": "Цэрэндорж",
    "given_name": "Оюунчимэг",
    "phone": "+97699112233",
    "safe_contact": "Зөвхөн 18:00 цагаас хойш",
    "register_number": "УХ92071265",
    "passport_number": "E7654321",
    "email": "oyunchimeg@example.org",
}
REASON = "Сэтгэлзүйн зөвлөгөө хэрэгтэй"


@dataclass(frozen=True)
class Stage:
    """Ids of what stands in the database."""

    case: UUID
    person: UUID
    service: UUID
    outside_service: UUID


def organisation(work: Work, code: str) -> UUID:
    return get_organisation(work, code).id


def service_values(kind: ServiceKind = ServiceKind.PSYCHOSOCIAL) -> dict[str, object]:
    return {
        "service": kind,
        "description": "Counselling by a psychologist",
        "description_mn": "Сэтгэл зүйчийн зөвлөгөө",
        "eligibility": "Women and children",
        "eligibility_mn": "Эмэгтэйчүүд, хүүхэд",
        "aimag": "MN11",
        "soum": None,
        "capacity": 12,
        "hours": "09:00–18:00",
        "phone": "7711 2233",
        "languages": ["mn", "en"],
    }


def set_stage(database: Database, cast: Cast) -> Stage:
    """A case assigned to Bolormaa, an agreement with both partners, a service of each."""
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        for code in ("MGEC", "OUTSIDE"):
            get_organisation(work, code).agreement_until = IN_FORCE
        service = add_entry(work, organisation(work, "MGEC"), service_values())
        outside = add_entry(work, organisation(work, "OUTSIDE"), service_values(ServiceKind.LEGAL))
        person = Person(
            subject_id=work.new_subject(SubjectKind.PERSON).id,
            sex=Sex.FEMALE,
            age_band=AgeBand.ADULT,
            birth_date=date(1992, 7, 12),
            **SECRETS,
        )
        work.session.add(person)
        iom = get_organisation(work, "IOM")
        case = open_case(work, Opening(iom, [person], CaseKind.DIRECT, LegalBasis.CONSENT))
        case.assigned_to_id = cast["bolormaa.caseworker"].id
        note_assigned(work, case)
        return Stage(case.id, person.id, service.id, outside.id)


def note_assigned(work: Work, case: Case) -> None:
    facts = {"to": str(case.assigned_to_id)}
    work.record(Act("case.assigned", Purpose.CASE_MANAGEMENT, case_id=case.id, facts=facts))


def consent(
    database: Database,
    cast: Cast,
    stage: Stage,
    *,
    recipient: str = "MGEC",
    purpose: ConsentPurpose = ConsentPurpose.REFERRAL,
    categories: tuple[DataCategory, ...] = (DataCategory.IDENTITY,),
) -> UUID:
    """What Oyunchimeg agreed to, as Bolormaa wrote it down."""
    with database.writing(cast["bolormaa.caseworker"]) as work:
        case = work.session.get_one(Case, stage.case)
        person = work.session.get_one(Person, stage.person)
        given = record_consent(
            work,
            Answer(person, purpose, True, get_organisation(work, recipient), categories),
            Asking(ConsentForm.WRITTEN, Language.MN, asked_alone=True, case=case),
        )
        return given.id


def proposal(
    work: Work,
    stage: Stage,
    *,
    categories: tuple[DataCategory, ...] = (DataCategory.IDENTITY,),
    urgency: Urgency = Urgency.URGENT,
) -> Proposal:
    return Proposal(
        person=work.session.get_one(Person, stage.person),
        entry=work.session.get_one(DirectoryEntry, stage.service),
        urgency=urgency,
        reason=REASON,
        categories=categories,
    )


def sent(database: Database, cast: Cast, stage: Stage, consent_id: UUID) -> UUID:
    """A referral to MGEC as Bolormaa sends it."""
    with database.writing(cast["bolormaa.caseworker"]) as work:
        case = work.session.get_one(Case, stage.case)
        return send_referral(work, case, proposal(work, stage), consent_id).id


def referral(work: Work, referral_id: UUID) -> Referral:
    return work.session.scalars(select(Referral).where(Referral.id == referral_id)).one()


def in_days(days: int) -> date:
    return today() + timedelta(days=days)
