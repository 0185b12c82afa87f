"""Assigning, daily work, sharing and closing: who may, and what follows."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.clock import today
from casework.errors import InvalidInput, InvalidTransition, NotFound, Refused
from casework.policy import Permission
from casework.services.access import load
from casework.services.cases.assignment import assign_case, caseload, exclude_user
from casework.services.cases.closing import (
    approve_closure,
    open_matters,
    refuse_closure,
    reopen_case,
    request_closure,
)
from casework.services.cases.daily import add_note, add_task, end_task
from casework.services.cases.follow_ups import Visit, plan_follow_ups, record_follow_up
from casework.services.cases.intake import Ground, Newcomer, take_in
from casework.services.cases.listing import count_inbox, inbox
from casework.services.cases.next_steps import next_steps
from casework.services.cases.sharing import end_sharing, share_case
from casework.services.cases.states import advance_case, move_case
from casework.services.consents.ending import withdraw_consent
from casework.services.consents.recording import (
    Answer,
    Asking,
    record_consent,
)
from casework.services.organisations import get_organisation
from casework.services.work import Database
from casework.vocabulary import (
    CaseState,
    ClosureReason,
    ConsentForm,
    ConsentPurpose,
    ContactMode,
    DataCategory,
    FollowUpState,
    GrantPurpose,
    Language,
    LegalBasis,
    PlanItemKind,
    PlanItemState,
    PlanState,
    Sex,
    TaskState,
)
from models.case import Case, FollowUp, Grant
from models.plan import Plan, PlanItem
from tests.conftest import Cast
from tests.integration.cases.family import DAUGHTER, MOTHER, answered, arrived_family


@pytest.fixture
def case_id(database: Database, cast: Cast) -> UUID:
    """The mother's case with IOM, assigned to Bolormaa."""
    family = arrived_family(database)
    opened = answered(
        database,
        cast["saruul.desk"],
        family,
        MOTHER,
        children=(DAUGHTER,),
        others={ConsentPurpose.FAMILY: False},
    )
    assert opened is not None
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        bolormaa = cast["bolormaa.caseworker"].id
        assert bolormaa is not None
        assign_case(work, work.session.get_one(Case, opened), bolormaa)
    return opened


def test_the_inbox_empties_as_cases_are_assigned(database: Database, cast: Cast) -> None:
    case_id = answered(database, cast["saruul.desk"], arrived_family(database), MOTHER)
    assert case_id is not None
    supervisor, worker = cast["enkhbayar.supervisor"], cast["bolormaa.caseworker"]
    with database.writing(supervisor) as work:
        assert [case.id for case in inbox(work)] == [case_id]
        case = load(work, Permission.CASE_ASSIGN, Case, case_id)
        oyuna = cast["oyuna.shelter"].id
        assert oyuna is not None
        with pytest.raises(InvalidInput):
            assign_case(work, case, oyuna)
        assert worker.id is not None
        assign_case(work, case, worker.id)
        assert count_inbox(work) == 0
        assert caseload(work)[0].cases == 1
    for other in ("otgon.caseworker", "oyuna.shelter", "naran.coordinator", "sarnai.seoul"):
        with database.reading(cast[other]) as work, pytest.raises(NotFound):
            load(work, Permission.CASE_READ, Case, case_id)
    with database.writing(worker) as work:
        case = load(work, Permission.CASE_READ, Case, case_id)
        with pytest.raises(Refused):
            assign_case(work, case, worker.id)


def test_a_conflict_of_interest_hides_the_case(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    worker = cast["bolormaa.caseworker"]
    assert worker.id is not None
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        case = work.session.get_one(Case, case_id)
        exclude_user(work, case, worker.id)
        assert case.assigned_to_id is None
        with pytest.raises(InvalidInput):
            assign_case(work, case, worker.id)
    excluded = replace(worker, excluded_cases=frozenset({case_id}))
    with database.reading(excluded) as work, pytest.raises(NotFound):
        load(work, Permission.CASE_READ, Case, case_id)


def test_next_steps_follow_from_the_records(database: Database, cast: Cast, case_id: UUID) -> None:
    with database.writing(cast["bolormaa.caseworker"]) as work:
        case = load(work, Permission.CASE_UPDATE, Case, case_id)
        late = add_task(work, case, "Эмчтэй цаг авах", today() - timedelta(days=3))
        steps = next_steps(work, [case])[case_id]
        assert steps[0].what == "Эмчтэй цаг авах"
        assert steps[0].late
        endpoints = [step.endpoint for step in steps]
        assert sorted(endpoints) == ["cases.tasks", "plans.assessments", "plans.show"]
        end_task(work, case, late.id, TaskState.DONE)
        with pytest.raises(InvalidTransition):
            end_task(work, case, late.id, TaskState.CANCELLED)
        endpoints = [step.endpoint for step in next_steps(work, [case])[case_id]]
        assert endpoints == ["plans.assessments", "plans.show"]


def test_visits_are_planned_and_never_betray_her(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    with database.writing(cast["bolormaa.caseworker"]) as work:
        case = load(work, Permission.FOLLOW_UP_RECORD, Case, case_id)
        visits = plan_follow_ups(work, case, today())
        assert plan_follow_ups(work, case, today()) == []
        assert len(visits) == len(work.session.scalars(select(FollowUp)).all()) == 4
        home = Visit(FollowUpState.DONE, today(), ContactMode.VISIT)
        with pytest.raises(InvalidInput, match="must not know"):
            record_follow_up(work, case, visits[0], home)
        record_follow_up(work, case, visits[0], replace(home, mode=ContactMode.OFFICE))
        assert visits[0].state is FollowUpState.DONE
        with pytest.raises(InvalidTransition):
            record_follow_up(work, case, visits[0], replace(home, mode=ContactMode.PHONE))


def test_sharing_needs_her_yes_and_ends_with_it(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    until = today() + timedelta(days=30)
    with database.writing(cast["bolormaa.caseworker"]) as work:
        case = load(work, Permission.CASE_UPDATE, Case, case_id)
        center = get_organisation(work, "MGEC")
        with pytest.raises(InvalidInput, match="Ask them first"):
            share_case(work, case, center, until)
        mother = case.people[0].person
        answer = Answer(
            mother, ConsentPurpose.CASE_MANAGEMENT, True, center, [DataCategory.IDENTITY]
        )
        asking = Asking(ConsentForm.ORAL, Language.MN, True, case=case)
        consent = record_consent(work, answer, asking)
        with pytest.raises(InvalidInput):
            share_case(work, case, center, today() - timedelta(days=1))
        share_case(work, case, center, until)
    with database.writing(cast["oyuna.shelter"]) as work:
        shared = load(work, Permission.CASE_READ, Case, case_id)
        add_note(work, shared, "Хоргодох байранд ирсэн.")
        with pytest.raises(Refused):
            move_case(work, shared, CaseState.ASSESSMENT)
    with database.writing(cast["bolormaa.caseworker"]) as work:
        withdraw_consent(work, work.session.get_one(type(consent), consent.id))
        grant = work.session.scalars(select(Grant)).one()
        assert grant.purpose is GrantPurpose.JOINT_CASE
        assert grant.revoked_at is not None
        with pytest.raises(InvalidTransition):
            end_sharing(work, work.session.get_one(Case, case_id), grant.id)
    with database.reading(cast["oyuna.shelter"]) as work, pytest.raises(NotFound):
        load(work, Permission.CASE_READ, Case, case_id)


def _plan_with_open_item(case: Case, author: UUID) -> list[Plan | PlanItem]:
    plan = Plan(
        case_id=case.id,
        subject_id=case.subject_id,
        state=PlanState.APPROVED,
        written_by_id=author,
        goal="Оёдол сурах",
    )
    item = PlanItem(
        plan_id=plan.id,
        case_id=case.id,
        subject_id=case.subject_id,
        position=1,
        state=PlanItemState.UNDER_WAY,
        planned_cost=Decimal(0),
        currency="MNT",
        kind=PlanItemKind.VOCATIONAL_TRAINING,
        description="Оёдлын курс",
    )
    return [plan, item]


def test_closing_takes_two_and_leaves_nothing_open(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    worker, supervisor = cast["bolormaa.caseworker"], cast["enkhbayar.supervisor"]
    assert worker.id is not None
    with database.writing(worker) as work:
        case = load(work, Permission.CASE_CLOSE, Case, case_id)
        advance_case(work, case, CaseState.ACTIVE)
        rows = _plan_with_open_item(case, worker.id)
        work.session.add_all(rows)
        with pytest.raises(InvalidTransition, match="Оёдлын курс"):
            request_closure(work, case, ClosureReason.GOALS_MET, "Ажилд орсон.")
        assert len(open_matters(work, case)) == 1
        assert isinstance(rows[1], PlanItem)
        rows[1].state = PlanItemState.DONE
        request_closure(work, case, ClosureReason.GOALS_MET, "Ажилд орсон.")
        with pytest.raises(Refused):
            approve_closure(work, case)
    with database.writing(supervisor) as work:
        case = load(work, Permission.CASE_APPROVE_CLOSURE, Case, case_id)
        assert case.closure_note == "Ажилд орсон."
        with pytest.raises(InvalidInput):
            refuse_closure(work, case, "")
        refuse_closure(work, case, "Нэг сарын дараа дахин уулз.")
        assert (case.state, case.closure_reason) == (CaseState.ACTIVE, None)
        request_closure(work, case, ClosureReason.GOALS_MET, "Бүх зорилго биелсэн.")
        with pytest.raises(InvalidTransition, match="another person"):
            approve_closure(work, case)
    with database.writing(cast["second.supervisor"]) as work:
        case = load(work, Permission.CASE_APPROVE_CLOSURE, Case, case_id)
        approve_closure(work, case)
        assert (case.state, case.closed_on) == (CaseState.CLOSED, today())
        for write in (
            lambda: add_note(work, case, "…"),
            lambda: add_task(work, case, "…", today()),
            lambda: request_closure(work, case, ClosureReason.DUPLICATE, "…"),
        ):
            with pytest.raises(InvalidTransition):
                write()
        reopen_case(work, case)
        assert (case.state, case.closed_on, case.closure_reason) == (CaseState.ACTIVE, None, None)


def test_a_suspended_case_goes_back_where_it_was(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    with database.writing(cast["bolormaa.caseworker"]) as work:
        case = load(work, Permission.CASE_UPDATE, Case, case_id)
        advance_case(work, case, CaseState.PLANNING)
        move_case(work, case, CaseState.SUSPENDED)
        advance_case(work, case, CaseState.ACTIVE)
        assert case.state is CaseState.SUSPENDED
        with pytest.raises(InvalidTransition):
            move_case(work, case, CaseState.ACTIVE)
        move_case(work, case, CaseState.PLANNING)
        assert case.previous_state is None


def test_somebody_walks_in(database: Database, cast: Cast) -> None:
    asking = Asking(ConsentForm.ORAL, Language.MN, True)
    newcomer = Newcomer("Сарангэрэл", Sex.FEMALE, today().replace(year=1995), phone="+97688112233")
    ground = Ground(LegalBasis.CONSENT, "Өөрөө ирсэн.", asking, (DataCategory.IDENTITY,))
    with database.writing(cast["oyuna.shelter"]) as work:
        case = take_in(work, newcomer, ground)
        assert case.organisation.code == "MGEC"
        assert case.assigned_to_id == cast["oyuna.shelter"].id
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        with pytest.raises(InvalidInput):
            take_in(work, newcomer, replace(ground, asking=None))
        urgent = take_in(work, newcomer, replace(ground, basis=LegalBasis.VITAL_INTEREST))
        assert urgent.assigned_to_id is None
        assert "consent.record" in [step.endpoint for step in next_steps(work, [urgent])[urgent.id]]
    with database.writing(cast["saruul.desk"]) as work, pytest.raises(Refused):
        take_in(work, newcomer, ground)
