"""The access package holds all that is held about the person, and nothing of anybody else."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.record import Act
from casework.actor import Actor
from casework.clock import today
from casework.errors import InvalidTransition
from casework.services.access import record_read
from casework.services.rights import package as packages
from casework.services.rights.holdings import INCLUDE, KEPT_BACK
from casework.services.rights.package_json import package_json
from casework.services.rights.register import Asked, check_identity, register
from casework.services.setup import command_actor
from casework.services.work import Database, Work
from casework.vocabulary import (
    AskedBy,
    IdentityCheck,
    Purpose,
    Relation,
    RequestState,
    SubjectKind,
    SubjectRequestKind,
    Withheld,
)
from models.audit import AuditEntry
from models.case import Case, Note
from models.person import Person
from models.return_request import RequestMember, ReturnRequest
from models.rights import SubjectRequest
from models.user import User
from tests.access.world import World, build_world
from tests.conftest import Cast
from tests.integration.rights.everything import kinds_of_people, say_everything
from tests.postgresql import bare_connection


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)


@pytest.fixture
def cleared(cast: Cast) -> Actor:
    """A protection officer with the clearance."""
    return replace(cast["khulan.protection"], cleared=True)


def written(work: Work) -> None:
    work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))


def of_case(work: Work, world: World, name: str = "case.assigned") -> Person:
    with work.beyond("a test looks"):
        case = work.session.get_one(Case, world[name].id)
        return case.people[0].person


def with_relative(work: Work, person: Person) -> Person:
    """Her brother, on the same request: text about the household is now about two people."""
    member = work.session.scalars(
        select(RequestMember).where(RequestMember.person_id == person.id)
    ).one()
    brother = Person(
        subject_id=work.new_subject(SubjectKind.PERSON).id,
        household_id=person.household_id,
        sex=person.sex,
        age_band=person.age_band,
        given_name="",
        birth_date=today(),
    )
    work.session.add(brother)
    work.session.add(
        RequestMember(
            request_id=member.request_id,
            person_id=brother.id,
            subject_id=brother.subject_id,
            position=2,
            relation=Relation.SIBLING,
            state=RequestState.ARRIVED,
            needs=[],
            protection=False,
        )
    )
    work.session.flush()
    return brother


def asked(database: Database, officer: Actor, person_id: UUID) -> UUID:
    """A request for access whose identity was checked; its id."""
    with database.writing(officer) as work:
        with work.beyond("a test looks"):
            person = work.session.get_one(Person, person_id)
        row = register(
            work, person, Asked(SubjectRequestKind.ACCESS, AskedBy.PERSON, received_on=today())
        )
        check_identity(work, row, IdentityCheck.DOCUMENT_SEEN, None)
        return row.id


def made(database: Database, officer: Actor, row_id: UUID) -> dict[str, Any]:
    """The package of a request, as JSON."""
    with database.writing(officer) as work:
        package = packages.make_package(work, work.session.get_one(SubjectRequest, row_id))
        whole: dict[str, Any] = json.loads(package_json(package))
    return whole


def test_every_field_of_every_table_is_in_it(
    database: Database, world: World, cleared: Actor
) -> None:
    with database.writing(command_actor()) as work:
        person = of_case(work, world)
        person_id = person.id
        marks = say_everything(work, person, "САРАНГЭРЭЛ")
        written(work)
    found = json.dumps(
        made(database, cleared, asked(database, cleared, person_id)), ensure_ascii=False
    )
    cells = {cell.name for kind in kinds_of_people() for cell in kind.cells.values()}
    assert set(marks) == cells
    assert len(cells) > 60
    assert {name for name, mark in marks.items() if mark not in found} == set(KEPT_BACK)


def test_nothing_of_a_relative_or_a_worker_is_in_it(
    database: Database, world: World, cleared: Actor, cast: Cast
) -> None:
    with database.writing(command_actor()) as work:
        person = of_case(work, world)
        person_id = person.id
        brother = with_relative(work, person)
        say_everything(work, person, "САРАНГЭРЭЛ")
        others = say_everything(work, brother, "БАТБАЯР")
        worker = work.session.get_one(User, cast["bolormaa.caseworker"].id)
        worker.name, worker.email = "АЖИЛТАН", "ажилтан@demo.example"
        written(work)
    row_id = asked(database, cleared, person_id)
    with database.writing(cleared) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        review = packages.review_texts(work, row)
        packages.decide_texts(work, row, {one.key: None for one in review.texts}, None)
    found = json.dumps(made(database, cleared, row_id), ensure_ascii=False)
    assert len(others) > 40
    assert [mark for mark in others.values() if mark in found] == []
    assert str(brother.id) not in found
    assert str(brother.subject_id) not in found
    assert "АЖИЛТАН" not in found
    assert "ажилтан@" not in found
    assert "САРАНГЭРЭЛ" in found


def test_texts_about_several_people_wait_for_the_officer(
    database: Database, world: World, cleared: Actor
) -> None:
    with database.writing(command_actor()) as work:
        person = of_case(work, world)
        person_id = person.id
        request = work.session.get_one(ReturnRequest, world["request.arrived"].id)
        with_relative(work, person)
        request.note = "хоёр хүний тухай"
        written(work)
    row_id = asked(database, cleared, person_id)
    with database.writing(cleared) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        with pytest.raises(InvalidTransition, match="Decide first"):
            packages.make_package(work, row)
        work.end()
    with database.writing(cleared) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        review = packages.review_texts(work, row)
        assert review.undecided == review.whole == len(review.texts) > 3
        note = next(one.key for one in review.texts if one.value == "хоёр хүний тухай")
        city = next(one.key for one in review.texts if one.field == "city")
        choices = {one.key: Withheld.OTHER_PERSON for one in review.texts}
        packages.decide_texts(work, row, {**choices, city: None, "note.text:1": None}, None)
        assert row.choices[city] == INCLUDE
        assert set(row.choices) == set(choices)
        assert packages.review_texts(work, row).undecided == 0
    found = made(database, cleared, row_id)
    (request_row,) = found["held"]["return_request"]
    assert request_row["shared"]
    assert request_row["fields"]["city"] == "Хвасонгдонг"
    assert request_row["withheld"]["note"] == "other_person"
    assert note.startswith("return_request.note:")


def test_the_protected_part_needs_a_cleared_officer(
    database: Database, world: World, cleared: Actor, cast: Cast
) -> None:
    with database.writing(command_actor()) as work:
        person_id = of_case(work, world).id
    row_id = asked(database, cleared, person_id)
    plain = made(database, cast["khulan.protection"], row_id)
    (member,) = plain["held"]["request_member"]
    assert member["withheld"] == {"protection": "protected"}
    assert not plain["protected_part"]
    (member,) = made(database, cleared, row_id)["held"]["request_member"]
    assert member["fields"]["protection"] is False


def test_who_saw_it_is_told_by_organisation_and_role(
    database: Database, world: World, cleared: Actor, cast: Cast
) -> None:
    with database.writing(command_actor()) as work:
        person_id = of_case(work, world).id
    with database.reading(cast["sarnai.seoul"]) as work:
        assert work.session.get_one(Person, person_id).phone
        work.end()
        record_read(work, "requests.show", None, None)
    found = made(database, cleared, asked(database, cleared, person_id))
    seen = [line for line in found["seen_by"] if line["event"] == "personal_data.read"]
    assert [(line["organisation"]["code"], line["role"]) for line in seen] == [
        ("KR", "consular_officer")
    ]
    assert "sarnai" not in json.dumps(found)


def test_making_it_is_written_down_and_leaves_no_file(
    database: Database, world: World, cleared: Actor
) -> None:
    with database.writing(command_actor()) as work:
        person_id = of_case(work, world).id
    before = set(database.settings.home.rglob("*"))
    row_id = asked(database, cleared, person_id)
    made(database, cleared, row_id)
    assert set(database.settings.home.rglob("*")) == before
    with database.reading(cleared) as work:
        row = work.session.get_one(SubjectRequest, row_id)
        assert (row.packages, row.state.value) == (1, "in_progress")
        entry = work.session.scalars(
            select(AuditEntry).where(AuditEntry.event == "access_package.made")
        ).one()
        assert json.loads(entry.body)["facts"]["number"] == row.number


def test_every_table_with_a_persons_cell_is_tried() -> None:
    tables = {kind.__tablename__ for kind in kinds_of_people()}
    assert {"person", "request_member", "note", "consent", "referral", "document"} <= tables
    assert Note.__tablename__ in tables


def test_no_package_before_the_identity_is_checked(
    database: Database, world: World, cleared: Actor
) -> None:
    with database.writing(cleared) as work:
        person = of_case(work, world)
        wish = Asked(SubjectRequestKind.ACCESS, AskedBy.PERSON, received_on=today())
        row = register(work, person, wish)
        with pytest.raises(InvalidTransition, match="really the person"):
            packages.make_package(work, row)


def test_text_in_the_database_stays_sealed(
    database: Database, world: World, cleared: Actor
) -> None:
    with database.writing(cleared) as work:
        person = of_case(work, world)
        wish = Asked(
            SubjectRequestKind.CORRECTION,
            AskedBy.GUARDIAN,
            received_on=today(),
            asker="Эгч Номин",
            words="Миний утас буруу",
            proposal={"phone": "+97699000000"},
        )
        row_id = register(work, person, wish).id
    table = SubjectRequest.__table__
    stored = select(table.c.asker, table.c.words, table.c.proposal).where(table.c.id == row_id)
    with bare_connection(database) as connection:
        row = connection.execute(stored).one()
    assert all(bytes(cell)[:1] == b"\x01" for cell in row)
