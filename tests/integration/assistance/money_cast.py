"""Bolormaa's case with Oyunchimeg at IOM, a budget line, and a plan with steps that it pays."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from casework.clock import today
from casework.services.assistance.budget import LineFacts, add_line
from casework.services.cases.opening import Opening, open_case
from casework.services.organisations import get_organisation
from casework.services.plans.approval import approve_plan
from casework.services.plans.assessments import record_assessment
from casework.services.plans.writing import ItemFacts, add_item, submit_plan, write_goal
from casework.services.work import Database, Work
from casework.vocabulary import (
    AgeBand,
    AssessmentKind,
    CaseKind,
    LegalBasis,
    PlanItemKind,
    Sex,
    SubjectKind,
)
from models.assistance import BudgetLine
from models.case import Case
from models.person import Household, Person
from models.plan import PlanItem
from tests.conftest import Cast

CASEWORKER, SUPERVISOR = "bolormaa.caseworker", "enkhbayar.supervisor"


@dataclass(frozen=True)
class Scene:
    """Ids; `line` has a ceiling of 5 000 000 ₮."""

    case: UUID
    person: UUID
    line: UUID


def scene(database: Database, cast: Cast, *, organisation: str = "IOM") -> Scene:
    """An open case assigned to Bolormaa, and an empty line."""
    caseworker = cast[CASEWORKER]
    with database.writing(cast[SUPERVISOR]) as work:
        person = new_person(work)
        opening = Opening(
            get_organisation(work, organisation), [person], CaseKind.DIRECT, LegalBasis.CONSENT
        )
        case = open_case(work, opening)
        case.assigned_to_id = caseworker.id
        line = add_line(work, "CZ-2026", "MNT", line_facts(Decimal(5_000_000)))
        return Scene(case.id, person.id, line.id)


def new_person(work: Work) -> Person:
    household = Household(subject_id=work.new_subject(SubjectKind.HOUSEHOLD).id)
    work.session.add(household)
    person = Person(
        subject_id=work.new_subject(SubjectKind.PERSON).id,
        household_id=household.id,
        sex=Sex.FEMALE,
        age_band=AgeBand.ADULT,
        given_name="Оюунчимэг",
        patronymic="Цэрэн",
        birth_date=date(1990, 5, 1),
    )
    work.session.add(person)
    return person


def line_facts(ceiling: Decimal, *, active: bool = True) -> LineFacts:
    return LineFacts(
        name="Чехээс буцах 2026",
        funder="Чех Улс",
        ceiling=ceiling,
        starts_on=today() - timedelta(days=200),
        ends_on=today() + timedelta(days=200),
        active=active,
    )


def assessed(work: Work, scene: Scene) -> None:
    record_assessment(
        work,
        the_case(work, scene),
        scene.person,
        AssessmentKind.RAPID_VULNERABILITY,
        assessed_on=today(),
        findings={"individual": {"level": "none"}},
    )


def step(scene: Scene, cost: int | str, *, line: bool = True) -> ItemFacts:
    return ItemFacts(
        kind=PlanItemKind.VOCATIONAL_TRAINING,
        description="оёдлын сургалт",
        planned_cost=Decimal(cost),
        line_id=scene.line if line else None,
    )


def submitted_plan(database: Database, cast: Cast, scene: Scene, *costs: int) -> list[UUID]:
    """A plan with one step for each cost, sent by the caseworker; returns the steps' ids."""
    with database.writing(cast[CASEWORKER]) as work:
        case = the_case(work, scene)
        assessed(work, scene)
        write_goal(work, case, "оёдолчин болох")
        ids = [add_item(work, case, step(scene, cost)).id for cost in costs]
        submit_plan(work, case)
        return ids


def approved_plan(database: Database, cast: Cast, scene: Scene, *costs: int) -> list[UUID]:
    """The same, approved by the supervisor."""
    ids = submitted_plan(database, cast, scene, *costs)
    with database.writing(cast[SUPERVISOR]) as work:
        approve_plan(work, the_case(work, scene))
    return ids


def the_case(work: Work, scene: Scene) -> Case:
    return work.session.get_one(Case, scene.case)


def the_item(work: Work, item_id: UUID) -> PlanItem:
    return work.session.get_one(PlanItem, item_id)


def sums(work: Work, scene: Scene) -> tuple[int, int, int]:
    """(promised, spent, left) of the line, in whole tögrög."""
    line = work.session.get_one(BudgetLine, scene.line, populate_existing=True)
    return int(line.committed), int(line.spent), int(line.left)
