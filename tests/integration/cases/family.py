"""A family that came home from Korea: Oyuunchimeg, her husband Ganbold, their daughter Nomin."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from audit.record import Act
from casework.actor import Actor
from casework.clock import today
from casework.services.consents.arrival import Interview, ask
from casework.services.consents.recording import Asking
from casework.services.organisations import get_organisation
from casework.services.setup import command_actor
from casework.services.work import Database, Work
from casework.vocabulary import (
    AgeBand,
    Channel,
    ConsentForm,
    ConsentPurpose,
    DataCategory,
    Language,
    LegalBasis,
    Need,
    Purpose,
    Relation,
    RequestState,
    Sex,
    SubjectKind,
)
from models.case import Case
from models.person import Household, Person
from models.return_request import RequestMember, ReturnRequest

MOTHER, FATHER, DAUGHTER = "Оюунчимэг", "Ганболд", "Номин"
PHONE = "+97699112242"


@dataclass(frozen=True)
class Family:
    """Ids of the request and of each member, by given name."""

    request: UUID
    members: dict[str, UUID]
    people: dict[str, UUID]


def _person(work: Work, household: Household, given_name: str, sex: Sex, born: date) -> Person:
    age = (today() - born).days // 365
    person = Person(
        subject_id=work.new_subject(SubjectKind.PERSON).id,
        household_id=household.id,
        sex=sex,
        age_band=AgeBand.ADULT if age >= 18 else AgeBand.CHILD,
        given_name=given_name,
        patronymic="Цэрэн",
        birth_date=born,
        phone=PHONE,
    )
    work.session.add(person)
    return person


def arrived_family(database: Database, reference: str = "KR-2026-00042") -> Family:
    """The family's request, arrived yesterday; nobody was asked yet."""
    with database.writing(command_actor()) as work:
        household = Household(subject_id=work.new_subject(SubjectKind.HOUSEHOLD).id)
        work.session.add(household)
        request = ReturnRequest(
            reference=reference,
            lodged_at_id=get_organisation(work, "KR").id,
            household_id=household.id,
            subject_id=household.subject_id,
            channel=Channel.MISSION_DESK,
            state=RequestState.ARRIVED,
            submitted_on=today() - timedelta(days=60),
            confirmed_on=today() - timedelta(days=60),
            country="KR",
            legal_basis=LegalBasis.PUBLIC_TASK,
            arrived_on=today() - timedelta(days=1),
        )
        work.session.add(request)
        people = [
            (_person(work, household, MOTHER, Sex.FEMALE, date(1990, 5, 1)), Relation.PRINCIPAL),
            (_person(work, household, FATHER, Sex.MALE, date(1988, 3, 4)), Relation.SPOUSE),
            (_person(work, household, DAUGHTER, Sex.FEMALE, date(2019, 9, 9)), Relation.CHILD),
        ]
        family = Family(request.id, {}, {})
        for position, (person, relation) in enumerate(people, start=1):
            member = RequestMember(
                request_id=request.id,
                person_id=person.id,
                subject_id=person.subject_id,
                position=position,
                relation=relation,
                state=RequestState.ARRIVED,
                needs=[Need.CHILD_UNDER_14.value] if relation is Relation.CHILD else [],
                protection=relation is Relation.PRINCIPAL,
            )
            work.session.add(member)
            family.members[person.given_name] = member.id
            family.people[person.given_name] = person.id
        facts = {"kind": "family", "code": "test"}
        work.record(Act("organisation.added", Purpose.ADMINISTRATION, facts=facts))
    return family


def answered(
    database: Database,
    desk: Actor,
    family: Family,
    who: str,
    *,
    organisation: str = "IOM",
    yes: bool = True,
    common: bool = False,
    children: tuple[str, ...] = (),
    others: dict[ConsentPurpose, bool] | None = None,
) -> UUID | None:
    """The desk asks one adult alone and keeps the answers; returns the case's id, if any."""
    with database.writing(desk) as work:
        request = work.session.get_one(ReturnRequest, family.request)
        case = ask(
            work,
            request,
            work.session.get_one(RequestMember, family.members[who]),
            Interview(
                asking=Asking(ConsentForm.WRITTEN, Language.MN, True, request=request),
                organisation=get_organisation(work, organisation),
                case_management=yes,
                categories=[DataCategory.IDENTITY, DataCategory.NEEDS],
                common_case=common,
                others=others or {},
                children=[
                    work.session.get_one(RequestMember, family.members[child]) for child in children
                ],
            ),
        )
        return case.id if case else None


def names_in(work: Work, case_id: UUID) -> list[str]:
    """Given names of who is in the case, in order."""
    case = work.session.get_one(Case, case_id)
    return [member.person.given_name for member in case.people]
