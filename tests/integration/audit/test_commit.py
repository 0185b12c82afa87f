"""No change without an entry, and no entry for a change that did not happen."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from audit.chain import leaf_of
from audit.problems import Verification
from audit.record import Act
from audit.verify import verify
from casework.errors import Conflict, StaleRecord
from casework.services.organisations import add_organisation, find_organisation
from casework.services.setup import command_actor
from casework.services.work import Database, Work
from casework.vocabulary import Language, OrganisationKind, Purpose, SubjectKind
from models.audit import AuditEntry, AuditLeaf, AuditSubject
from models.organisation import Organisation
from models.user import User
from tests.conftest import Cast
from tests.postgresql import bare_connection


def verified(database: Database) -> Verification:
    with bare_connection(database) as connection:
        return verify(connection)


def add(work: Work, code: str = "RED") -> Organisation:
    return add_organisation(work, code=code, kind=OrganisationKind.NGO, name="Red Cross")


def bodies(database: Database) -> Iterator[dict[str, object]]:
    with bare_connection(database) as connection:
        for body in connection.scalars(select(AuditEntry.body).order_by(AuditEntry.id)):
            yield json.loads(body)


def test_the_log_of_a_new_installation_is_intact(database: Database) -> None:
    found = verified(database)
    assert [str(problem) for problem in found.problems] == []
    assert found.intact
    assert found.entries > 40
    assert found.rows > 100


def test_an_entry_says_who_did_what_to_which_rows(database: Database, cast: Cast) -> None:
    admin = cast["admin.office"]
    with database.writing(admin) as work:
        added = add(work)
    entry = list(bodies(database))[-1]
    assert list(entry) == sorted(entry)
    assert set(entry) == {
        "v", "id", "at", "actor", "event", "permission", "purpose", "outcome", "where",
        "subjects", "case", "cells", "rows", "facts", "cause", "request",
    }  # fmt: skip
    assert entry["v"] == 1
    assert entry["actor"] == {
        "kind": "user",
        "id": str(admin.id),
        "role": "administrator",
        "org": str(admin.organisation_id),
    }
    assert entry["where"] == {"channel": "web", "session": None, "net": None}
    assert entry["event"] == "organisation.added"
    assert entry["facts"] == {"code": "RED", "kind": "ngo"}
    assert entry["subjects"] == [str(added.subject_id)]
    rows = {(table, row_id, version, op) for table, row_id, version, op, _ in entry["rows"]}  # type: ignore[attr-defined]
    assert rows == {
        ("subject", str(added.subject_id), 1, "insert"),
        ("organisation", str(added.id), 1, "insert"),
    }
    with database.reading(command_actor()) as work:
        row = work.session.scalars(
            select(AuditEntry).where(AuditEntry.id == UUID(str(entry["id"])))
        ).one()
        leaf = work.session.scalars(select(AuditLeaf).where(AuditLeaf.entry_id == row.id)).one()
        assert leaf.leaf == row.leaf == leaf_of(row.body)
        index = select(AuditSubject.subject_id).where(AuditSubject.id == row.id)
        assert list(work.session.scalars(index)) == [added.subject_id]


def test_a_change_without_an_entry_is_not_saved(database: Database, cast: Cast) -> None:
    with (
        pytest.raises(RuntimeError, match="organisation changed without an audit entry"),
        database.writing(cast["admin.office"]) as work,
    ):
        found = find_organisation(work, "MGEC")
        assert found is not None
        found.name = "Another name"
    with database.reading(cast["admin.office"]) as work:
        kept = find_organisation(work, "MGEC")
        assert kept is not None
        assert kept.name == "Gender Equality Center"


@pytest.mark.parametrize("many", [True, False])
def test_rows_cannot_be_changed_behind_the_logs_back(
    database: Database, cast: Cast, many: bool
) -> None:
    """A statement over many rows would leave rows that no entry accounts for."""
    statement = update(Organisation).values(active=False)
    if not many:
        statement = statement.where(Organisation.code == "MGEC")
    with (
        pytest.raises(RuntimeError, match="organisation"),
        database.writing(cast["admin.office"]) as work,
    ):
        work.session.execute(statement)


def test_what_was_undone_is_not_in_a_later_entry(database: Database, cast: Cast) -> None:
    """A refused save ends the unit of work, which may still record something afterwards."""
    work = database.writer(cast["admin.office"])
    undone = add(work, "GONE")
    found = find_organisation(work, "MGEC")
    assert found is not None
    found.active = False
    work.session.flush()
    work.end()
    work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    work.commit()
    work.close()
    entry = list(bodies(database))[-1]
    assert entry["rows"] == []
    assert str(undone.id) not in json.dumps(entry)
    assert verified(database).intact


def test_a_savepoint_that_is_undone_leaves_nothing(database: Database, cast: Cast) -> None:
    with database.writing(cast["admin.office"]) as work:
        add(work, "FIRST")
        with pytest.raises(ValueError, match="household is bad"), work.session.begin_nested():
            add(work, "SECOND")
            raise ValueError("household is bad")
        add(work, "THIRD")
    assert verified(database).intact
    with database.reading(cast["admin.office"]) as work:
        found = [find_organisation(work, code) for code in ("FIRST", "SECOND", "THIRD")]
        assert [row is not None for row in found] == [True, False, True]


def test_a_row_made_and_dropped_before_the_entry_never_was(database: Database) -> None:
    with database.writing(command_actor()) as work:
        subject = work.new_subject(SubjectKind.HOUSEHOLD)
        work.session.flush()
        work.session.delete(subject)
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    assert list(bodies(database))[-1]["rows"] == []
    assert verified(database).intact


def test_cells_written_and_emptied_are_named(database: Database, cast: Cast) -> None:
    told = []
    for address in ("Peace Avenue 12", None, None):
        with database.writing(cast["admin.office"]) as work:
            found = find_organisation(work, "MGEC")
            assert found is not None
            found.address = address
            found.active = not found.active
            work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
        told.append(list(bodies(database))[-1]["cells"])
    assert told == [["organisation.address"], ["organisation.address"], []]


def test_two_entries_of_one_commit_share_no_rows(database: Database, cast: Cast) -> None:
    with database.writing(cast["admin.office"]) as work:
        first = add(work, "FIRST")
        first.active = False
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    before, after = list(bodies(database))[-2:]
    assert [row[3] for row in before["rows"]] == ["insert", "insert"]  # type: ignore[attr-defined]
    assert [row[:4] for row in after["rows"]] == [["organisation", str(first.id), 2, "update"]]  # type: ignore[attr-defined]
    assert verified(database).intact


def test_whoever_saves_second_is_told(database: Database, cast: Cast) -> None:
    rows = {}
    works = {name: database.reader(cast[name]) for name in ("admin.office", "sarnai.seoul")}
    for name, work in works.items():
        rows[name] = find_organisation(work, "MGEC")
        work.end()
    for work in works.values():
        work.close()
    first, second = rows.values()
    assert first is not None
    assert second is not None
    with database.writing(cast["admin.office"]) as work:
        work.session.add(first)
        first.active = False
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    with pytest.raises(StaleRecord), database.writing(cast["sarnai.seoul"]) as work:
        work.session.add(second)
        second.name = "Other"
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    assert verified(database).intact


def test_a_rule_of_the_database_becomes_a_conflict_without_values(
    database: Database, cast: Cast
) -> None:
    with pytest.raises(Conflict) as refused, database.writing(cast["admin.office"]) as work:
        subject = work.new_subject(SubjectKind.ORGANISATION)
        work.session.add(
            Organisation(
                subject_id=subject.id,
                code="MGEC",
                kind=OrganisationKind.NGO,
                name="Twice",
                name_mn="Twice",
            )
        )
    assert "MGEC" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_forgotten_column_is_no_conflict(database: Database, cast: Cast) -> None:
    """It is a fault of ours, to be found; the row's values stay out of it all the same."""
    with (
        pytest.raises(RuntimeError, match="name_mn") as fault,
        database.writing(cast["admin.office"]) as work,
    ):
        subject = work.new_subject(SubjectKind.ORGANISATION)
        kind = OrganisationKind.NGO
        row = Organisation(subject_id=subject.id, code="SECRET", kind=kind, name="Sheltered")
        work.session.add(row)
        work.session.flush()
    assert "SECRET" not in str(fault.value)


def test_an_unchanged_value_changes_nothing(database: Database, cast: Cast) -> None:
    before = len(list(bodies(database)))
    with database.writing(cast["sarnai.seoul"]) as work:
        user = work.session.get_one(User, work.actor.id)
        user.language = Language.MN
    assert len(list(bodies(database))) == before


@pytest.mark.parametrize("table", ["audit_entry", "audit_leaf", "audit_subject"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET {}={}", "TRUNCATE {}", "again"])
def test_the_database_refuses_to_rewrite_the_log(database: Database, table: str, act: str) -> None:
    sqlite = database.engine.dialect.name == "sqlite"
    column = {"audit_entry": "leaf", "audit_leaf": "link", "audit_subject": "subject_id"}[table]
    if act == "TRUNCATE {}" and sqlite:
        act = "DELETE FROM {}"
    statement = act.format(table, column, column)
    if act == "again":
        verb = "INSERT OR REPLACE INTO" if sqlite else "INSERT INTO"
        statement = f"{verb} {table} SELECT * FROM {table} LIMIT 1"
    with (
        pytest.raises(Exception, match=r"append-only|duplicate key"),
        bare_connection(database) as connection,
    ):
        connection.execute(text(statement))


def test_an_entry_that_is_not_committed_yet_holds_up_no_other(
    database: Database, cast: Cast
) -> None:
    """Appending takes no lock on PostgreSQL: who commits first stands first."""
    if database.settings.embedded:
        return
    with database.writing(cast["admin.office"]) as slow:
        slow.record(Act("user.signed_out", Purpose.ADMINISTRATION))
        with database.writing(cast["sarnai.seoul"]) as quick:
            quick.record(
                Act("user.language_chosen", Purpose.ADMINISTRATION, facts={"language": "mn"})
            )
    with bare_connection(database) as connection:
        ordered = select(AuditEntry.event).join(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        events = list(connection.scalars(ordered.order_by(AuditLeaf.id)))
    assert events[-2:] == ["user.language_chosen", "user.signed_out"]
    assert verified(database).intact
    assert verified(database).backsteps == []
