"""Whom a transaction acts for: nobody unless it is said and signed, and never the one before."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from audit.record import Act
from casework.errors import Refused
from casework.policy import Permission
from casework.services.names import load_names
from casework.services.row_security import identity
from casework.services.row_security.identity import SYSTEM, Identity, IdentitySigner
from casework.services.row_security.rules import rules
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Purpose
from models.case import Case
from tests.conftest import on_postgresql
from tests.integration.row_security.conftest import Place, rows_of

pytestmark = on_postgresql

SET = text("SELECT set_config('casework.identity', :claim, true)")


@pytest.fixture
def connection(place: Place) -> Iterator[Connection]:
    """As the application's own role, with no identity."""
    with place.database.engine.connect() as found:
        yield found


def visible_tables(connection: Connection) -> set[str]:
    """Tables of which at least one row is seen."""
    query = 'SELECT EXISTS (SELECT 1 FROM "{}")'
    return {table for table in rules() if connection.exec_driver_sql(query.format(table)).scalar()}


def test_unset_means_no_rows_in_any_table(place: Place, connection: Connection) -> None:
    assert visible_tables(connection) == set()
    place.database.signer.apply(connection, SYSTEM)
    filled = {table for table in rules() if rows_of(place.database, table)}
    assert visible_tables(connection) == filled
    assert len(filled) > 40


def test_every_table_is_forced(place: Place, connection: Connection) -> None:
    """As the catalogue says it, whatever made the table; alembic's own holds a revision only."""
    query = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    assert set(connection.scalars(text(query))) == {"alembic_version"}
    role = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    assert connection.scalar(text(role)) is False
    owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
    assert connection.scalar(text(owned)) == 0


def test_a_claim_that_is_not_signed_is_no_claim(
    place: Place, connection: Connection, tmp_path: pytest.TempPathFactory
) -> None:
    signer = place.database.signer
    stranger = IdentitySigner(place.database.settings.home / "files")
    stranger.make_key()
    good = signer.claim(SYSTEM)
    said, _, mac = good.partition(".")
    desk = signer.claim(Identity("consular_desk"))
    for claim in (
        "system|||9999999999",
        f"{said}.",
        f"{said}.{'0' * 64}",
        f"{said}0.{mac}",
        desk.replace("consular_desk", "system"),
        stranger.claim(SYSTEM),
        "." * 10,
        "\u0451|ё",
    ):
        connection.execute(SET, {"claim": claim})
        assert visible_tables(connection) == set(), claim
    connection.execute(SET, {"claim": good})
    assert visible_tables(connection)


def test_a_claim_does_not_serve_later_transactions(
    place: Place, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = identity.time.time
    monkeypatch.setattr(identity.time, "time", lambda: real() - 400)
    old = place.database.signer.claim(SYSTEM)
    connection.execute(SET, {"claim": old})
    assert visible_tables(connection) == set()


def test_the_key_is_the_owners_alone(connection: Connection) -> None:
    for statement in (
        "SELECT * FROM row_security.identity_key",
        "UPDATE row_security.identity_key SET inner_pad = ''",
        "DROP POLICY rows ON person",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "SET ROLE casework_owner",
        "CREATE FUNCTION row_security.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ):
        with pytest.raises(ProgrammingError):
            connection.exec_driver_sql(statement)
        connection.rollback()


def test_a_temporary_table_does_not_stand_in_for_a_real_one(
    place: Place, connection: Connection
) -> None:
    """Functions look rows up in tables of their own search path."""
    outsider = place.world.actors["outsider.ngo"]
    connection.exec_driver_sql('CREATE TEMP TABLE "case" (LIKE public."case")')
    connection.exec_driver_sql("CREATE TEMP TABLE case_person (LIKE public.case_person)")
    place.database.signer.apply(connection, identity.identity_of(outsider))
    foreign = place.world["case.assigned"].id
    asked = text("SELECT row_security.reads_case(:id)")
    connection.execute(
        text(
            'INSERT INTO pg_temp."case" (id, version, number, subject_id, kind, state, '
            "organisation_id, opened_on) VALUES (:id, 1, 'x', :id, 'x', 'x', :id, current_date)"
        ),
        {"id": foreign},
    )
    assert connection.scalar(asked, {"id": foreign}) is False
    connection.rollback()


@pytest.fixture
def narrow(place: Place) -> Iterator[Database]:
    """The same data through a pool of one connection."""
    database = Database(place.database.settings, place.database.keyring)
    database.engine.dispose()
    one = create_engine(place.database.engine.url, pool_size=1, max_overflow=0, pool_timeout=5)
    database.engine = one
    database._readers.configure(bind=one)
    database._writers.configure(bind=one.execution_options(begin="IMMEDIATE"))
    yield database
    one.dispose()


def backend(database: Database) -> int:
    """The server process behind the pool's connection, which must show nothing by itself."""
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT current_setting('casework.identity', true)")) in (
            None,
            "",
        )
        assert visible_tables(connection) == set()
        return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_a_pooled_connection_carries_nothing_over(narrow: Database, place: Place) -> None:
    desk, outsider = place.world.actors["saruul.desk"], place.world.actors["outsider.ngo"]
    pid = backend(narrow)
    with narrow.reading(desk) as work:
        whole = {known.id for known in place.world.of(Case)}
        assert work.session.query(Case).count() < len(whole)
    assert backend(narrow) == pid
    with narrow.writing(desk) as work:
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    assert backend(narrow) == pid
    with narrow.reading(outsider) as work:
        assert {case.id for case in work.session.query(Case)} == {place.world["case.outside"].id}


def test_nor_after_an_error(narrow: Database, place: Place) -> None:
    desk = place.world.actors["saruul.desk"]
    pid = backend(narrow)
    with pytest.raises(Refused), narrow.writing(desk):
        raise Refused(Permission.CASE_READ)
    assert backend(narrow) == pid
    with pytest.raises(DBAPIError), narrow.writing(desk) as work:
        work.session.execute(text("SELECT 1 / 0"))
    assert backend(narrow) == pid
    with (
        pytest.raises(DBAPIError),
        narrow.writing(desk) as work,
        work.beyond("something that fails"),
    ):
        work.session.execute(text("SELECT 1 / 0"))
    assert backend(narrow) == pid
    work = narrow.writer(desk)
    with pytest.raises(DBAPIError), work.beyond("something that fails"):
        work.session.execute(text("SELECT 1 / 0"))
    work.session.rollback()
    assert not work.session.query(Case).count()
    work.close()
    assert backend(narrow) == pid


def cases(work: object) -> set[UUID]:
    return set(work.session.scalars(text('SELECT id FROM "case"')))  # type: ignore[attr-defined]


def test_beyond_opens_and_closes(place: Place) -> None:
    every = {row["id"] for row in rows_of(place.database, "case")}
    own = {place.world["case.outside"].id}
    with place.database.writing(place.world.actors["outsider.ngo"]) as work:
        assert cases(work) == own
        with work.beyond("a test looks at everything"):
            assert cases(work) == every
            with work.beyond("and deeper"), work.session.begin_nested():
                assert cases(work) == every
            assert cases(work) == every
        assert cases(work) == own
        with pytest.raises(ZeroDivisionError), work.beyond("something that fails"):
            raise ZeroDivisionError
        assert cases(work) == own
        savepoint = work.session.begin_nested()
        with pytest.raises(DBAPIError), work.beyond("something that fails"):
            work.session.execute(text("SELECT 1 / 0"))
        savepoint.rollback()
        assert cases(work) == own
        work.session.rollback()
        assert cases(work) == own
        with pytest.raises(ValueError, match="say why"), work.beyond(""):
            pass


def test_before_the_first_statement_too(place: Place) -> None:
    every = {row["id"] for row in rows_of(place.database, "case")}
    with place.database.reading(place.world.actors["outsider.ngo"]) as work:
        with work.beyond("a test looks at everything"):
            assert cases(work) == every
        assert cases(work) == {place.world["case.outside"].id}


def test_the_index_of_names_sees_people_and_nothing_else(place: Place) -> None:
    with place.database.reading(command_actor()) as work, work.indexing_names():
        found = visible_tables(work.session.connection())
    assert found - {"name_change", "erased_subject", "restriction"} == {"person"}
    load_names(place.database)
    assert len(place.database.names.search("Сараанжимбуу", 5)) == 5
