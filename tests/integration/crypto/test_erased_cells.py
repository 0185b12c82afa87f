"""Rows outlive their keys: what was erased gives way to something harmless, and says so."""

from uuid import UUID

import pytest
from sqlalchemy import select

from audit.record import Act
from casework.clock import now
from casework.errors import FieldUnreadable
from casework.messages import ERASED
from casework.services.organisations import get_organisation
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import PlanItemKind, Purpose
from models.base import Base, Cell, code_of
from models.person import Person
from models.return_request import RequestMember
from models.rights import ErasedSubject, Erasure
from tests.access.world import build_world
from tests.conftest import Cast
from tests.visitor import counted


@pytest.fixture
def people(database: Database, cast: Cast) -> list[UUID]:
    """Two people of the world, whose keys are destroyed; the log knows of the first only."""
    build_world(database, cast)
    with database.writing(command_actor()) as work:
        first, second = work.session.scalars(select(Person).order_by(Person.id).limit(2)).all()
        erasure = Erasure(
            number="ER-1",
            person_id=first.id,
            organisation_id=get_organisation(work, "IOM").id,
            approved_by_id=cast["khulan.protection"].id,
            ordered_at=now(),
            figures={},
        )
        work.session.add(erasure)
        work.session.add(ErasedSubject(subject_id=first.subject_id, erasure_id=erasure.id))
        work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))
    database.keystore.destroy([first.subject_id, second.subject_id])
    for person in (first, second):
        database.keyring.forget(person.subject_id)
    return [first.id, second.id]


def test_an_erased_person_reads_as_erased(
    database: Database, cast: Cast, people: list[UUID]
) -> None:
    with database.reading(cast["sarnai.seoul"]) as work, counted(database) as statements:
        person = work.session.get_one(Person, people[0])
        assert person.given_name is ERASED
        assert person.patronymic is None
        assert person.birth_date is None
        assert person.short_name is ERASED
        assert person.full_name is ERASED
        member = work.session.scalars(
            select(RequestMember).where(RequestMember.person_id == person.id)
        ).one()
        assert member.needs == []
        assert work.reads() == set()
        assert len([text for text in statements.statements if "erased_subject" in text]) == 1


def test_a_key_that_is_missing_without_an_erasure_is_a_fault(
    database: Database, cast: Cast, people: list[UUID]
) -> None:
    with database.reading(cast["sarnai.seoul"]) as work:
        person = work.session.get_one(Person, people[1])
        with pytest.raises(FieldUnreadable):
            _ = person.given_name


def test_every_cell_has_something_to_show_when_it_is_erased() -> None:
    cells: list[Cell[object]] = [
        cell for mapper in Base.registry.mappers for cell in mapper.class_.cells.values()
    ]
    assert len(cells) > 60
    assert {type(cell.erased).__name__ for cell in cells} <= {
        *("NoneType", "Erased", "list", "dict", "bool", "int")
    }


def test_an_erased_code_is_no_code() -> None:
    assert code_of(PlanItemKind, "medical") is PlanItemKind.MEDICAL
    assert code_of(PlanItemKind, ERASED) is ERASED
    with pytest.raises(ValueError, match="no such code"):
        code_of(PlanItemKind, "no such code")
