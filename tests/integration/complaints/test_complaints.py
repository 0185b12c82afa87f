"""Complaints: taken in anywhere, answered by a protection officer, read by nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.clock import today
from casework.errors import InvalidInput, InvalidTransition, NotFound, Refused
from casework.services import complaints
from casework.services.complaints import Answered, Complained
from casework.services.work import Database
from casework.vocabulary import ComplaintKind, ComplaintOutcome, ComplaintState, NoticeKind
from models.complaint import Complaint
from models.notice import Notice
from models.person import Person
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.cases.family import FATHER, MOTHER, arrived_family
from tests.integration.conftest import Client

OFFICER, DESK = "khulan.protection", "saruul.desk"
WORDS = "Гурван сар хүлээлгэсэн, яагаад гэдгийг хэлээгүй"


def complained(person: Person | None = None, days_ago: int = 0) -> Complained:
    came = today() - timedelta(days=days_ago)
    return Complained(ComplaintKind.DELAY, WORDS, came, person, "Утсаар, оройн зургаагаас хойш")


def test_it_is_registered_told_and_answered(database: Database, cast: Cast) -> None:
    family = arrived_family(database)
    with database.writing(cast[DESK]) as work:
        request = work.session.get_one(ReturnRequest, family.request)
        mother = work.session.get_one(Person, family.people[MOTHER])
        row = complaints.register(work, complained(mother, 40), request)
        assert row.subject_id == mother.subject_id
    with database.reading(cast[OFFICER]) as work:
        notice = work.session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.COMPLAINT)
        ).one()
        assert notice.user_id == cast[OFFICER].id and notice.record_id == row.id
        assert complaints.count_open(work) == (1, 1)
    with database.writing(cast[OFFICER]) as work:
        stored = work.session.get_one(Complaint, row.id)
        complaints.begin_review(work, stored)
        with pytest.raises(InvalidTransition):
            complaints.begin_review(work, stored)
        upheld = Answered(ComplaintOutcome.UPHELD, "Уучлаарай")
        with pytest.raises(InvalidInput) as error:
            complaints.answer(work, stored, upheld, stored.version)
        assert error.value.field == "redress"
        whole = Answered(ComplaintOutcome.UPHELD, "Уучлаарай", "Шийдвэрийг дахин тайлбарласан")
        complaints.answer(work, stored, whole, stored.version)
    with database.reading(cast[OFFICER]) as work:
        assert complaints.count_open(work) == (0, 0)
        (answered,) = complaints.answered_complaints(work)
        assert answered.state is ComplaintState.ANSWERED
        assert (answered.words, answered.redress) == (WORDS, "Шийдвэрийг дахин тайлбарласан")


def test_only_people_of_the_record_and_only_days_that_were(database: Database, cast: Cast) -> None:
    family = arrived_family(database)
    other = arrived_family(database, "KR-2026-00043")
    with database.writing(cast[DESK]) as work:
        request = work.session.get_one(ReturnRequest, family.request)
        stranger = work.session.get_one(Person, other.people[FATHER])
        with pytest.raises(NotFound):
            complaints.register(work, complained(stranger), request)
        with pytest.raises(InvalidInput):
            complaints.register(work, complained(None, -1), request)


def test_nobody_else_answers(database: Database, cast: Cast) -> None:
    family = arrived_family(database)
    with database.writing(cast[DESK]) as work:
        request = work.session.get_one(ReturnRequest, family.request)
        row = complaints.register(work, complained(), request)
    for name in (DESK, "enkhbayar.supervisor", "admin.office"):
        with pytest.raises(Refused), database.writing(cast[name]) as work:
            with work.beyond("the test looks for what the service refuses"):
                stored = work.session.get_one(Complaint, row.id)
            complaints.begin_review(work, stored)


def test_the_pages(database: Database, cast: Cast, client: Client) -> None:
    family = arrived_family(database)
    desk, officer = client(DESK, language="en"), client(OFFICER, language="en")
    url = f"/requests/{family.request}/complaints/new"
    assert "Who complains" in desk.get(url).text
    page = desk.post(url, data={"words": WORDS})
    assert page.status_code == 200 and WORDS in page.text
    typed = {"kind": "delay", "words": WORDS, "person": str(family.people[MOTHER])}
    desk.post(url, data={**typed, "received_on": today().isoformat()})
    with database.reading(cast[OFFICER]) as work:
        row = work.session.scalars(select(Complaint)).one()
    assert row.number in officer.get("/complaints").text
    show = f"/complaints/{row.id}"
    page = officer.get(show)
    assert WORDS in page.text and row.number in page.text
    officer.post(f"{show}/review", data={})
    page = officer.post(show, data={"outcome": "not_upheld", "version": str(row.version)})
    assert page.status_code == 200
    assert desk.get(show).status_code == 404
    anonymous = {"kind": "service", "words": WORDS, "received_on": today().isoformat()}
    officer.post("/complaints/new", data=anonymous)
    with database.reading(cast[OFFICER]) as work:
        assert len(work.session.scalars(select(Complaint)).all()) == 2
