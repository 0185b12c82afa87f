"""Data past their period: counted, proposed by one, destroyed by another, certified."""

from datetime import date
from io import BytesIO
from uuid import UUID

import pypdfium2
import pytest
from sqlalchemy import select

from casework.clock import today
from casework.errors import InvalidInput, InvalidTransition, Refused
from casework.rules.retention import RetentionRules, retention_rules
from casework.services.approvals.deciding import approve
from casework.services.retention.disposing import propose, tell_what_is_due
from casework.services.retention.due import count_due, due_people
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import (
    ApprovalState,
    DisposalOutcome,
    DisposalState,
    LegalHoldReason,
    NoticeKind,
    Purpose,
    RequestState,
)
from models.approval import Approval
from models.notice import Notice
from models.person import Person
from models.retention import Disposal
from models.return_request import RequestMember, ReturnRequest
from models.rights import LegalHold
from tests.conftest import Cast
from tests.integration.cases.family import DAUGHTER, FATHER, MOTHER, Family, arrived_family
from tests.integration.conftest import Client

OFFICER, SUPERVISOR = "khulan.protection", "enkhbayar.supervisor"
WHY = "Nothing of theirs is still needed"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> date:
    """Four years on: the journey's period is over."""
    day = today().replace(year=today().year + 4, day=1)
    monkeypatch.setattr("casework.clock.today", lambda: day)
    return day


def proposed(database: Database, cast: Cast, people: list[UUID]) -> UUID:
    with database.writing(cast[OFFICER]) as work:
        return propose(work, people, WHY).id


def decide(database: Database, cast: Cast) -> None:
    with database.writing(cast[SUPERVISOR]) as work:
        approve(work, work.session.scalars(select(Approval)).one())


def test_a_period_counts_whole_years_from_the_end() -> None:
    rules = RetentionRules({Purpose.CASE_MANAGEMENT: 3}, 90, provisional=True)
    case = Purpose.CASE_MANAGEMENT
    assert rules.kept_until(case, date(2021, 5, 6)) == date(2024, 5, 6)
    assert rules.kept_until(case, date(2020, 2, 29)) == date(2023, 2, 28)
    for ended in (date(2020, 2, 29), date(2021, 2, 28), date(2021, 3, 1), date(2021, 5, 6)):
        last = rules.kept_until(case, ended)
        assert ended >= rules.ended_before(case, last)
    assert rules.ended_before(case, date(2024, 5, 7)) == date(2021, 5, 7)
    assert retention_rules().provisional


def test_nobody_is_due_before_every_record_ended(
    database: Database, cast: Cast, later: date
) -> None:
    family = arrived_family(database)
    with database.reading(cast[OFFICER]) as work:
        assert {one.person_id for one in due_people(work)} == set(family.people.values())
        assert count_due(work) == 3
        numbers = {one.numbers for one in due_people(work)}
        assert numbers == {("KR-2026-00042",)}
    with database.writing(command_actor()) as work:
        member = work.session.get_one(RequestMember, family.members[MOTHER])
        member.state = RequestState.QUEUED
        _account(work)
    with database.reading(cast[OFFICER]) as work:
        assert count_due(work) == 2
    with database.reading(cast["khulan.protection"]) as work:
        assert family.people[MOTHER] not in {one.person_id for one in due_people(work)}


def _account(work: object) -> None:
    from audit.record import Act

    facts = {"fields": 1}
    work.record(Act("request.changed", Purpose.RETURN_ASSISTANCE, facts=facts))  # type: ignore[attr-defined]


def test_two_people_destroy_and_a_certificate_tells(
    database: Database, cast: Cast, later: date, client: Client
) -> None:
    family = arrived_family(database)
    chosen = [family.people[FATHER], family.people[DAUGHTER]]
    disposal_id = proposed(database, cast, chosen)
    with pytest.raises(Refused), database.writing(cast[OFFICER]) as work:
        approve(work, work.session.scalars(select(Approval)).one())
    decide(database, cast)
    with database.reading(cast[OFFICER]) as work:
        disposal = work.session.get_one(Disposal, disposal_id)
        assert disposal.state is DisposalState.DONE
        assert {one.outcome for one in disposal.people} == {DisposalOutcome.ERASED}
    with database.reading(command_actor()) as work:
        for person_id in chosen:
            person = work.session.get_one(Person, person_id)
            assert database.keystore.subject_keys([person.subject_id]) == []
            assert person.given_name not in (FATHER, DAUGHTER)
        assert work.session.get_one(Person, family.people[MOTHER]).given_name == MOTHER
    with database.reading(cast[OFFICER]) as work:
        assert count_due(work) == 1
    pdf = client(OFFICER, language="en").get(f"/retention/{disposal_id}/certificate").data
    text = pypdfium2.PdfDocument(BytesIO(pdf))[0].get_textpage().get_text_range()
    assert disposal.number in text and "Destroyed" in text
    assert FATHER not in text


def test_a_legal_hold_and_a_new_request_keep_the_data(
    database: Database, cast: Cast, later: date
) -> None:
    family = arrived_family(database)
    disposal_id = proposed(database, cast, list(family.people.values()))
    with database.writing(command_actor()) as work:
        person = work.session.get_one(Person, family.people[FATHER])
        hold = LegalHold(
            person_id=person.id,
            subject_id=person.subject_id,
            organisation_id=cast[OFFICER].organisation_id,
            reason=LegalHoldReason.COURT,
            set_on=later,
            set_by_id=cast[OFFICER].id,
        )
        work.session.add(hold)
        member = work.session.get_one(RequestMember, family.members[MOTHER])
        member.state = RequestState.QUEUED
        work.session.get_one(ReturnRequest, family.request).state = RequestState.QUEUED
        _account(work)
    decide(database, cast)
    with database.reading(cast[OFFICER]) as work:
        outcomes = {
            one.person_id: one.outcome for one in work.session.get_one(Disposal, disposal_id).people
        }
        assert outcomes == {
            family.people[MOTHER]: DisposalOutcome.IN_USE,
            family.people[FATHER]: DisposalOutcome.HELD,
            family.people[DAUGHTER]: DisposalOutcome.ERASED,
        }


def test_only_what_is_due_can_be_proposed(database: Database, cast: Cast) -> None:
    family = arrived_family(database)
    for people in ([], [family.people[MOTHER]]):
        with pytest.raises(InvalidInput), database.writing(cast[OFFICER]) as work:
            propose(work, people, WHY)
    with pytest.raises(Refused), database.writing(cast["bolormaa.caseworker"]) as work:
        propose(work, [family.people[MOTHER]], WHY)


def test_officers_are_told_once_a_month(database: Database, cast: Cast, later: date) -> None:
    arrived_family(database)
    assert tell_what_is_due(database) == 3
    assert tell_what_is_due(database) == 3
    with database.reading(cast[OFFICER]) as work:
        kinds = work.session.scalars(select(Notice.kind)).all()
        assert kinds == [NoticeKind.DISPOSAL_DUE]


def test_the_page_proposes_and_keeps_what_was_typed(
    database: Database, cast: Cast, later: date, client: Client
) -> None:
    family = arrived_family(database)
    browser = client(OFFICER, language="en")
    page = browser.get("/retention")
    assert "KR-2026-00042" in page.text and MOTHER not in page.text
    assert "Provisional" in page.text
    page = browser.post("/retention", data={"reason": WHY})
    assert page.status_code == 200 and WHY in page.text
    browser.post("/retention", data={"reason": WHY, "people": [str(family.people[MOTHER])]})
    with database.reading(cast[OFFICER]) as work:
        approval = work.session.scalars(select(Approval)).one()
        assert approval.state is ApprovalState.WAITING
        number = work.session.scalars(select(Disposal.number)).one()
    page = client(SUPERVISOR, language="en").get("/approvals")
    assert number in page.text
    disposal = browser.get("/retention")
    assert number in disposal.text
    with database.reading(cast[OFFICER]) as work:
        disposal_id = work.session.scalars(select(Disposal.id)).one()
    assert "Waits for the second person" in browser.get(f"/retention/{disposal_id}").text
    assert browser.get(f"/retention/{disposal_id}/certificate").status_code != 200


def test_a_certificate_needs_a_disposal(database: Database, cast: Cast, later: date) -> None:
    from casework.services.retention.certificate import signed

    family: Family = arrived_family(database)
    disposal_id = proposed(database, cast, [family.people[MOTHER]])
    with database.reading(cast[OFFICER]) as work, pytest.raises(InvalidTransition):
        signed(work, work.session.get_one(Disposal, disposal_id), b"%PDF-1.7")
