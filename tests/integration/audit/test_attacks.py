"""Whatever is altered in the database by hand is found, and the entry is named."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Table, delete, insert, select, text, update

from audit import triggers
from audit.canonical import canonical
from audit.chain import leaf_of
from audit.record import Act
from audit.rows import audited_tables
from audit.verify import verify
from casework.clock import now
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Purpose, RequestState
from models.escalation import Escalation
from models.facility import NightRate, RoomChange, Sample, SampleBatch, Stay
from models.merge import RequestMerge
from models.public import RequestPin
from tests.access.world import Builder, World, build_world
from tests.conftest import Installation, on_sqlite
from tests.integration.audit.attacker import (
    ENTRY,
    LEAF,
    SUBJECT,
    attack,
    chain_anew,
    entries,
    first,
    key,
    last_entries,
    raw_rows,
    set_raw,
    verified,
)
from tests.postgresql import bare_connection

VICTIM = 40
"""Position of the entry that is attacked."""


@pytest.fixture(scope="module")
def lived_in(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database with rows in every table, and a few more entries; every attack is undone."""
    with installation.opened(tmp_path_factory.mktemp("attacked") / "home") as database:
        world = build_world(database, installation.cast)
        with database.writing(command_actor()) as work:
            _fill_what_the_world_leaves_empty(Builder(work, installation.cast), world)
            work.record(
                Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0})
            )
        for name in ("admin.office", "sarnai.seoul", "khulan.protection"):
            with database.writing(installation.cast[name]) as work:
                act = Act("user.signed_out", Purpose.ADMINISTRATION, subjects=[uuid4()])
                work.record(act)
        with bare_connection(database) as connection:
            assert verify(connection).intact
        yield database


def _fill_what_the_world_leaves_empty(b: Builder, world: World) -> None:
    stay = b.work.session.get_one(Stay, world["stay.KHANUUL"].id)
    requests = [world[name].id for name in ("request.kr", "request.arrived")]
    batch = b.work.session.scalars(select(SampleBatch)).first()
    assert batch is not None
    own = {"stay_id": stay.id, "subject_id": stay.subject_id}
    b.add(RoomChange(**own, from_room_id=stay.room_id, to_room_id=stay.room_id, reason=""))
    b.add(Sample(**own, batch_id=batch.id, number=1))
    b.add(NightRate(facility_id=stay.facility_id, amount=Decimal(1)))
    b.add(Escalation(request_id=requests[0], state=RequestState.QUEUED, at=now()))
    merged = {"request_id": requests[0], "merged_id": requests[1], "subject_id": stay.subject_id}
    b.add(RequestMerge(**merged, merged_at=now(), before={}, after={}, sealed=[]))
    b.add(
        RequestPin(
            member_id=stay.member_id, subject_id=stay.subject_id, made_at=now(), pin_hash="x"
        )
    )


def _edit_body(connection: Connection, entry: Any) -> None:
    body = canonical(json.loads(entry.body) | {"event": "user.signed_in"})
    connection.execute(update(ENTRY).where(ENTRY.c.id == entry.id).values(body=body))


def _edit_body_and_leaf(connection: Connection, entry: Any) -> None:
    body = canonical(json.loads(entry.body) | {"event": "user.signed_in"})
    values = {"body": body, "leaf": leaf_of(body), "event": "user.signed_in"}
    connection.execute(update(ENTRY).where(ENTRY.c.id == entry.id).values(**values))


def _unreadable_body(connection: Connection, entry: Any) -> None:
    connection.execute(update(ENTRY).where(ENTRY.c.id == entry.id).values(body=b"\xff{"))


def _other_moment(connection: Connection, entry: Any) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    connection.execute(update(ENTRY).where(ENTRY.c.id == entry.id).values(at=moment))


def _other_column(name: str, value: Any) -> Callable[[Connection, Any], None]:
    def change(connection: Connection, entry: Any) -> None:
        connection.execute(update(ENTRY).where(ENTRY.c.id == entry.id).values({name: value}))

    change.__name__ = f"_other_{name}"
    return change


def _drop_entry(connection: Connection, entry: Any) -> None:
    connection.execute(delete(ENTRY).where(ENTRY.c.id == entry.id))


def _replace_entry(connection: Connection, entry: Any) -> None:
    _drop_entry(connection, entry)
    body = canonical(json.loads(entry.body) | {"actor": None})
    values = {"id": entry.id, "at": datetime.now(UTC), "event": "x", "outcome": "done"}
    connection.execute(insert(ENTRY).values(**values, body=body, leaf=leaf_of(body)))


def _forget_subject(connection: Connection, entry: Any) -> None:
    connection.execute(delete(SUBJECT).where(SUBJECT.c.entry_id == entry.id))


def _add_subject(connection: Connection, entry: Any) -> None:
    connection.execute(insert(SUBJECT).values(entry_id=entry.id, subject_id=uuid4()))


def _other_link(connection: Connection, entry: Any) -> None:
    connection.execute(update(LEAF).where(LEAF.c.position == entry.position).values(link=bytes(32)))


@pytest.mark.parametrize(
    "act",
    [
        _edit_body,
        _edit_body_and_leaf,
        _unreadable_body,
        _other_moment,
        _other_column("leaf", bytes(32)),
        _other_column("event", "user.signed_in"),
        _other_column("outcome", "refused"),
        _other_column("actor_id", uuid4()),
        _other_column("case_id", uuid4()),
        _drop_entry,
        _replace_entry,
        _forget_subject,
        _add_subject,
        _other_link,
    ],
    ids=lambda act: act.__name__.strip("_"),
)
def test_an_altered_entry_is_named(
    lived_in: Database, act: Callable[[Connection, Any], None]
) -> None:
    with attack(lived_in) as connection:
        entry = entries(connection)[VICTIM - 1]
        act(connection, entry)
        found = first(connection)
        assert (found.position, found.entry_id) == (VICTIM, entry.id)


def test_two_entries_in_another_order_are_named(lived_in: Database) -> None:
    with attack(lived_in) as connection:
        entry, after = entries(connection)[VICTIM - 1 : VICTIM + 1]
        spare = uuid4()
        for old, new in ((entry.id, spare), (after.id, entry.id), (spare, after.id)):
            connection.execute(update(LEAF).where(LEAF.c.entry_id == old).values(entry_id=new))
        found = first(connection)
        assert (found.position, found.entry_id) == (VICTIM, after.id)


def test_an_entry_taken_out_with_its_leaf_is_missed_by_the_next(lived_in: Database) -> None:
    with attack(lived_in) as connection:
        entry, after = entries(connection)[VICTIM - 1 : VICTIM + 1]
        _drop_entry(connection, entry)
        connection.execute(delete(LEAF).where(LEAF.c.position == VICTIM))
        _forget_subject(connection, entry)
        found = first(connection)
        assert (found.position, found.entry_id) == (VICTIM + 1, after.id)


def test_a_chain_closed_again_over_a_gap_is_noticed(lived_in: Database) -> None:
    """Even with every later link reckoned anew, the rows of the lost entry have none."""
    with attack(lived_in) as connection:
        entry = next(
            entry for entry in entries(connection)[VICTIM:] if json.loads(entry.body)["rows"]
        )
        _drop_entry(connection, entry)
        _forget_subject(connection, entry)
        connection.execute(delete(LEAF).where(LEAF.c.position == entry.position))
        chain_anew(connection)
        assert "a row" in verified(connection).problems[0].what


def test_an_entry_that_nobody_chained_is_named(lived_in: Database) -> None:
    with attack(lived_in) as connection:
        entry = entries(connection)[VICTIM - 1]
        forged = uuid4()
        body = canonical(json.loads(entry.body) | {"id": str(forged)})
        row = dict(
            connection.execute(ENTRY.select().where(ENTRY.c.id == entry.id)).mappings().one()
        )
        connection.execute(insert(ENTRY).values(**row | {"id": forged, "body": body}))
        assert first(connection).entry_id == forged


def test_a_dropped_or_weakened_trigger_is_named(lived_in: Database) -> None:
    for name, statement in triggers.statements(lived_in.engine.dialect.name).items():
        with attack(lived_in) as connection:
            triggers.install(connection, triggers.TABLES)
            table = name.rsplit("_no_", 1)[0]
            on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
            assert [name in str(problem) for problem in verify(connection).problems] == [True]
            if connection.dialect.name == "sqlite":
                weak = statement.replace("append-only", "append only")
            else:
                weak = statement.replace("BEFORE", "AFTER")
            connection.execute(text(weak))
            assert [name in str(problem) for problem in verify(connection).problems] == [True]


def test_a_trigger_switched_off_is_named(lived_in: Database) -> None:
    if lived_in.engine.dialect.name == "sqlite":
        return
    for command in (
        "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_rewrite",
        "ALTER TABLE audit_entry ENABLE REPLICA TRIGGER audit_entry_no_rewrite",
        "CREATE OR REPLACE FUNCTION refuse_audit_rewrite() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RETURN NEW; END$$",
    ):
        with attack(lived_in) as connection:
            triggers.install(connection, triggers.TABLES)
            connection.execute(text(command))
            assert not verify(connection).intact


@on_sqlite
def test_a_replacing_insertion_is_refused(lived_in: Database) -> None:
    """It drops the row it replaces without any trigger of deletion."""
    for statement in (
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry LIMIT 1",
        "INSERT OR REPLACE INTO audit_entry (rowid, id, at, event, outcome, body, leaf) "
        "SELECT rowid, randomblob(16), at, event, outcome, body, leaf FROM audit_entry LIMIT 1",
        "INSERT OR REPLACE INTO audit_leaf SELECT 100000, entry_id, leaf, link FROM audit_leaf "
        "LIMIT 1",
    ):
        with (
            pytest.raises(Exception, match="append-only"),
            bare_connection(lived_in) as connection,
        ):
            connection.exec_driver_sql(statement)


def _altered(value: Any, column: str) -> Any:
    """Another stored value of the same kind."""
    match value:
        case None:
            return None
        case bool():
            return not value
        case int():
            return value + 7
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
        case str():
            last = "0" if value[-1:] != "0" else "1"
            return value[:-1] + last
        case _:
            return uuid4()


@pytest.mark.parametrize("name", sorted(audited_tables()))
def test_a_row_altered_by_hand_is_named(lived_in: Database, name: str) -> None:
    table = audited_tables()[name]
    with attack(lived_in) as connection:
        rows = raw_rows(connection, table)
        assert rows, f"tests/access/world.py has no row of {name}"
        expected = last_entries(connection)
        for column in table.columns:
            row = next((row for row in rows if row[column.name] is not None), None)
            if row is None or column.name == "id":
                continue
            _alter_and_look(connection, table, column.name, row, expected)


def _alter_and_look(
    connection: Connection, table: Table, column: str, row: dict[str, Any], expected: Any
) -> None:
    savepoint = connection.begin_nested()
    set_raw(connection, table, row["id"], column, _altered(row[column], column))
    found = first(connection)
    entry = expected[table.name, str(_uuid(row["id"]))]
    assert found.entry_id == entry, f"{table.name}.{column}: {found}"
    savepoint.rollback()


def _uuid(stored: Any) -> Any:
    return UUID(stored) if isinstance(stored, str) else stored


@pytest.mark.parametrize("name", sorted(audited_tables()))
def test_a_row_put_in_or_taken_out_by_hand_is_named(lived_in: Database, name: str) -> None:
    table = audited_tables()[name]
    with attack(lived_in) as connection:
        row = raw_rows(connection, table)[0]
        expected = last_entries(connection)[name, str(_uuid(row["id"]))]
        savepoint = connection.begin_nested()
        set_raw(connection, table, row["id"], "id", _altered(row["id"], "id"))
        problems = {problem.what: problem for problem in verified(connection).problems}
        assert problems["a row that this entry says exists is gone"].entry_id == expected
        assert "a row without an entry" in problems
        savepoint.rollback()
        connection.execute(
            text(f'DELETE FROM "{table.name}" WHERE {key(table)} = :id'), {"id": row["id"]}
        )
        assert first(connection).entry_id == expected


@on_sqlite
@pytest.mark.parametrize(
    ("table", "column", "spelling"),
    [
        ("case", "organisation_id", "upper({})"),
        ("case", "organisation_id", "'not an id'"),
        ("case", "state", "'no such state'"),
        ("case", "opened_on", "'2020-99-99'"),
        ("user", "cleared", "2"),
        ("user", "cleared", "'yes'"),
        ("user", "active", "5"),
        ("budget_line", "ceiling", "'a lot'"),
        ("budget_line", "ceiling", "{} + 0.5"),
        ("consent", "categories", "' ' || {}"),
        ("consent", "categories", "'['"),
        ("stay", "checked_in_at", "replace({}, ' ', 'T')"),
        ("person", "given_name", "'in clear'"),
        ("note", "version", "'one'"),
    ],
)
def test_another_spelling_of_a_value_is_an_alteration_too(
    lived_in: Database, table: str, column: str, spelling: str
) -> None:
    """SQLite stores anything anywhere; a row spelt otherwise no longer matches a query."""
    place = f'"{table}" SET {column} = {spelling.format(column)}'
    with attack(lived_in) as connection:
        expected = last_entries(connection)
        row = raw_rows(connection, audited_tables()[table])[-1]
        connection.exec_driver_sql(f"UPDATE {place} WHERE id = '{row['id']}'")
        found = first(connection)
        assert found.entry_id == expected[table, str(_uuid(row["id"]))]


@on_sqlite
@pytest.mark.parametrize(
    ("column", "spelling"),
    [
        ("actor_id", "upper(actor_id)"),
        ("actor_id", "'nobody'"),
        ("at", "'yesterday'"),
        ("at", "replace(at, ' ', 'T')"),
        ("outcome", "'perhaps'"),
        ("body", "cast(body AS TEXT)"),
        ("body", "12"),
    ],
)
def test_another_spelling_in_the_log_is_an_alteration_too(
    lived_in: Database, column: str, spelling: str
) -> None:
    with attack(lived_in) as connection:
        entry = entries(connection)[-1]
        connection.exec_driver_sql(
            f"UPDATE audit_entry SET {column} = {spelling} WHERE id = '{entry.id.hex}'"
        )
        assert first(connection).position == entry.position


@on_sqlite
def test_another_spelling_in_the_index_is_an_alteration_too(lived_in: Database) -> None:
    with attack(lived_in) as connection:
        entry = entries(connection)[-1]
        place = f"WHERE entry_id = '{entry.id.hex}'"
        connection.exec_driver_sql(
            f"UPDATE audit_subject SET subject_id = upper(subject_id) {place}"
        )
        assert first(connection).entry_id == entry.id
    with attack(lived_in) as connection:
        connection.exec_driver_sql(f"UPDATE audit_leaf SET link = 'none' {place}")
        assert first(connection).position == entry.position


@on_sqlite
def test_two_subjects_written_as_one_are_an_alteration_too(lived_in: Database) -> None:
    with attack(lived_in) as connection:
        entry = next(
            entry for entry in entries(connection) if len(json.loads(entry.body)["subjects"]) > 1
        )
        one, two = (UUID(subject).hex for subject in json.loads(entry.body)["subjects"][:2])
        place = f"WHERE entry_id = '{entry.id.hex}' AND subject_id"
        connection.exec_driver_sql(f"DELETE FROM audit_subject {place} = '{two}'")
        joined = f"UPDATE audit_subject SET subject_id = '{one},{two}' {place} = '{one}'"
        connection.exec_driver_sql(joined)
        assert "subject index" in first(connection).what
