"""Cells where they live: in rows, under their subject's key, counted when read."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ArgumentError, StatementError

from audit.record import Act
from casework.errors import FieldUnreadable
from casework.services.access import record_read
from casework.services.setup import command_actor
from casework.services.users import find_user
from casework.services.work import Database, Work
from casework.vocabulary import KeyDomain, Purpose, SubjectKind
from models.person import Person
from models.return_request import RequestMember
from models.user import User
from tests.access.world import SECRETS, World, build_world
from tests.conftest import Cast, on_sqlite
from tests.leaks import leaks
from tests.postgresql import bare_connection


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)


def someone(work: Work) -> Person:
    person = work.session.scalars(select(Person).order_by(Person.id).limit(1)).one()
    assert isinstance(person, Person)
    return person


def test_nothing_personal_stands_on_the_disk(database: Database, world: World, cast: Cast) -> None:
    with database.reading(cast["sarnai.seoul"]) as work:
        assert someone(work).patronymic == SECRETS["person.patronymic"]
        work.end()
        record_read(work, "test", None, None)
    typed = [*SECRETS.values(), "sarnai.seoul@demo.example", "a long enough secret"]
    assert leaks(database.settings, typed) == []


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # on the way to the error
@pytest.mark.parametrize(
    "query",
    [
        lambda: Person.given_name == "Оюун",
        lambda: Person.given_name.like("О%"),  # type: ignore[attr-defined]
        lambda: Person.given_name.in_(["Оюун"]),  # type: ignore[attr-defined]
        lambda: Person.birth_date < 5,  # type: ignore[operator]
        lambda: select(Person.given_name),  # type: ignore[call-overload]
        lambda: select(Person).order_by(Person.given_name),  # type: ignore[arg-type]
        lambda: select(Person).filter_by(given_name="Оюун"),
        lambda: bool(Person.given_name),
    ],
)
def test_a_question_about_a_cell_fails_loudly(query: object) -> None:
    with pytest.raises((TypeError, ArgumentError)):
        query()  # type: ignore[operator]


def test_a_cell_copied_to_another_row_does_not_open(
    database: Database, world: World, cast: Cast
) -> None:
    """Nor to another column, nor under another subject."""
    with database.reading(cast["sarnai.seoul"]) as work:
        first, second = work.session.scalars(select(Person).order_by(Person.id).limit(2)).all()
        names = (first.given_name_cell, first.patronymic_cell)  # type: ignore[attr-defined]
        for column, moved in (("patronymic", names[0]), ("given_name", names[1])):
            setattr(first, f"{column}_cell", moved)
            with pytest.raises(FieldUnreadable):
                getattr(first, column)
        second.given_name_cell = names[0]  # type: ignore[attr-defined]
        with pytest.raises(FieldUnreadable):
            _ = second.given_name
        work.session.rollback()
        owner, first.subject_id = first.subject_id, second.subject_id
        with pytest.raises(FieldUnreadable):
            _ = first.given_name
        first.subject_id = owner
        work.session.rollback()
        assert SECRETS["person.given_name"] in first.given_name


def test_a_value_in_clear_is_never_written(database: Database, world: World, cast: Cast) -> None:
    with pytest.raises(StatementError), database.writing(cast["sarnai.seoul"]) as work:
        someone(work).phone_cell = b"+97699112233"  # type: ignore[attr-defined]
        work.session.flush()


def test_reads_are_counted_once_a_cell_and_told(
    database: Database, world: World, cast: Cast
) -> None:
    with database.reading(cast["sarnai.seoul"]) as work:
        person = someone(work)
        assert work.reads() == set()
        assert person.full_name == person.full_name
        subject = person.subject_id
        names = ("person.ovog", "person.patronymic", "person.given_name")
        assert work.reads() == {(name, KeyDomain.IDENTITY, subject) for name in names[1:]}
        with work.unseen():
            _ = person.phone
        assert len(work.reads()) == 2
        work.end()
        record_read(work, "test", None, None)
        assert work.reads() == set()


def test_the_sealed_answer_is_never_empty_and_never_told_openly(
    database: Database, world: World, cast: Cast
) -> None:
    with database.reading(cast["bolormaa.caseworker"]) as work:
        members = work.session.scalars(select(RequestMember)).all()
        assert all(member.protection_cell for member in members)  # type: ignore[attr-defined]
        lengths = {len(member.protection_cell) for member in members}  # type: ignore[attr-defined]
        assert len(lengths) == 1
        assert members[0].protection is False
        work.end()
        record_read(work, "test", None, None)
    with bare_connection(database) as connection:
        query = text("SELECT event, body, case_id FROM audit_entry ORDER BY id DESC LIMIT 1")
        entry = connection.execute(query).one()
    assert entry.event == "compartment.act"
    assert entry.case_id is None
    assert b"protection" not in bytes(entry.body).replace(b'"purpose":"protection"', b"")


def test_a_lost_subject_key_closes_its_cells_only(database: Database, cast: Cast) -> None:
    with database.reading(cast["sarnai.seoul"]) as work:
        sarnai = find_user(work, "sarnai.seoul@demo.example")
        assert sarnai is not None
        database.keystore.destroy([sarnai.subject_id])
        database.keyring.forget(sarnai.subject_id)
        with pytest.raises(FieldUnreadable):
            _ = sarnai.name
        bold = find_user(work, "bold.berlin@demo.example")
        assert bold is not None
        assert bold.name == "bold.berlin"


def test_keys_are_stored_before_the_data_that_need_them(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the data cannot be committed, only an orphan key is left."""
    with pytest.raises(RuntimeError), database.writing(cast["admin.office"]) as work:
        subject = work.new_subject(SubjectKind.PERSON)
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))

        def power_cut() -> None:
            assert subject.id in database.keystore.subject_ids()
            raise RuntimeError("power cut")

        monkeypatch.setattr(work.session, "commit", power_cut)
    with database.reading(cast["admin.office"]) as work:
        assert work.session.get(type(subject), subject.id) is None


def test_a_list_asks_for_its_keys_in_one_query(
    database: Database, world: World, cast: Cast
) -> None:
    for subject_id in list(database.keystore.subject_ids()):
        database.keyring.forget(subject_id)
    asked = []
    original = database.keystore.subject_keys
    database.keystore.subject_keys = lambda ids: asked.append(1) or original(ids)  # type: ignore[method-assign,func-returns-value]
    with database.reading(command_actor()) as work:
        people = work.session.scalars(select(Person)).all()
        assert len([person.given_name for person in people]) > 5
        assert len([user.email for user in work.session.scalars(select(User))]) > 5
    assert len(asked) == 2


@on_sqlite
def test_the_key_store_holds_no_open_key(database: Database, world: World) -> None:
    root = database.settings.keys.read_bytes()
    stored = (database.settings.home / "keys.db").read_bytes()
    assert root not in stored
    for key in database.keyring.domain_keys._keys.values():
        assert key not in stored
