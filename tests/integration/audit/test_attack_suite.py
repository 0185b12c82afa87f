"""An attacker with every right in the database and no key: what she does, and what is said.

She drops the triggers and puts them back, makes every copy and every link fit again, and takes the
checkpoints out of the database. What she cannot reach is the anchor, and the key.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text
from uuid_utils.compat import uuid7

from audit import offline_verifier, triggers
from audit.canonical import moment
from audit.claims import Claim
from audit.notes import Note, VerifierKey, written
from audit.problems import Verification
from audit.rows import audited_tables
from audit.tree import Tree
from audit.verify import verify
from casework.clock import now
from casework.services.log.anchoring import anchor_log
from casework.services.log.file_anchor import read_notes
from casework.services.log.signer import log_origin, verifier_key
from casework.services.organisations import add_organisation
from casework.services.work import Database
from casework.vocabulary import OrganisationKind
from tests.conftest import Installation
from tests.integration.audit.attacker import (
    attack,
    chain_anew,
    cutting,
    entries,
    forge,
    last_entries,
    put,
    raw_rows,
    remove,
    verified,
)
from tests.integration.audit.test_checkpoints import SigningStranger

ORGANISATION = audited_tables()["organisation"]


@dataclass
class Anchored:
    """A log, and what an anchor knows of it: checkpoints over `sizes` entries."""

    database: Database
    notes: list[Note]
    key: VerifierKey

    @property
    def sizes(self) -> list[int]:
        return [note.checkpoint.size for note in self.notes]

    @property
    def victim(self) -> int:
        """The entry that is attacked: the second behind the second checkpoint; it adds a row."""
        return self.sizes[1] + 2

    @property
    def window(self) -> tuple[int, int]:
        """Between which checkpoints the victim stands."""
        return self.sizes[1] + 1, self.sizes[2]

    def verify(self, connection: Connection, notes: list[Note] | None = None) -> Verification:
        triggers.install(connection, triggers.TABLES)
        kept = self.notes if notes is None else notes
        return verify(connection, [Claim("the anchor", note) for note in kept], [self.key])


@pytest.fixture(scope="module")
def log(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anchored]:
    place = tmp_path_factory.mktemp("anchor") / "anchor.log"
    with installation.opened(tmp_path_factory.mktemp("suite") / "home") as database:
        database.settings = replace(database.settings, anchors=(f"file:{place}",))
        anchor_log(database)
        for number in range(3):
            for letter in "ABCD":
                with database.writing(installation.cast["admin.office"]) as work:
                    code = f"NGO{number}{letter}"
                    add_organisation(work, code=code, kind=OrganisationKind.NGO, name=code)
            anchor_log(database)
        key = verifier_key(database, log_origin(database))
        yield Anchored(database, read_notes(place), key)


Attack = Callable[[Connection, Anchored], None]


def _edit(connection: Connection, log: Anchored) -> None:
    forge(connection, log.victim, {"purpose": "statistics"})


def _delete(connection: Connection, log: Anchored) -> None:
    remove(connection, log.victim)


def _insert(connection: Connection, log: Anchored) -> None:
    model = json.loads(entries(connection)[log.victim - 1].body)
    for position in range(log.sizes[-1], log.victim - 1, -1):
        connection.execute(
            text(f"UPDATE audit_leaf SET position = {position + 1} WHERE position = {position}")
        )
    forged = model | {"id": str(uuid7()), "rows": [], "event": "user.signed_out", "facts": {}}
    put(connection, log.victim, forged)


def _reorder(connection: Connection, log: Anchored) -> None:
    for old, new in ((log.victim, 0), (log.victim + 1, log.victim), (0, log.victim + 1)):
        connection.execute(text(f"UPDATE audit_leaf SET position = {new} WHERE position = {old}"))


@pytest.mark.parametrize("attacked", [_edit, _delete, _insert, _reorder])
@pytest.mark.parametrize("chained", [False, True], ids=["crude", "chained anew"])
def test_an_entry_edited_deleted_inserted_or_moved(
    log: Anchored,
    attacked: Attack,
    chained: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with attack(log.database) as connection:
        attacked(connection, log)
        if chained:
            chain_anew(connection)
            connection.execute(text("DELETE FROM audit_checkpoint"))
        found = log.verify(connection)
        report = offline(connection, log, tmp_path, capsys)
    assert found.first is not None
    if chained:
        assert (found.first.position, found.first.until) == log.window
        assert "not those that the checkpoint was signed over" in found.first.what
    else:
        assert log.victim <= found.first.position <= log.victim + 1
    assert found.first.entry_id is not None
    assert report["result"] == 1
    assert report["first"]["position"] <= log.victim <= report["first"]["until"]
    assert report["covered"] == log.sizes[1]


def offline(
    connection: Connection, log: Anchored, folder: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """What the offline verifier says of an export of the log as it is now."""
    export, anchor = folder / "export.jsonl", folder / "anchor.log"
    export.write_bytes(b"".join(entry.body + b"\n" for entry in entries(connection)))
    anchor.write_text(written(log.notes))
    capsys.readouterr()
    code = offline_verifier.main([str(export), str(anchor), "--key", str(log.key), "--json"])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert report["result"] == code
    return report


def test_nothing_is_said_of_a_log_that_nobody_touched(
    log: Anchored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with attack(log.database) as connection:
        found = log.verify(connection)
        assert [str(problem) for problem in found.problems] == []
        assert found.agreed == {"the database": log.sizes[-1], "the anchor": log.sizes[-1]}
        report = offline(connection, log, tmp_path, capsys)
    assert (report["result"], report["covered"]) == (0, log.sizes[-1])
    assert report["entries"] == found.entries


@pytest.mark.parametrize("at_a_checkpoint", [False, True], ids=["tail cut", "old database"])
def test_a_tail_cut_off_or_an_old_database_put_back(
    log: Anchored, at_a_checkpoint: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the tables brought back too, so that all fits; only the anchor remembers."""
    size = log.sizes[1] if at_a_checkpoint else log.victim
    with attack(log.database) as connection:
        _go_back(connection, size)
        assert verified(connection).intact, "without an anchor nobody could tell"
        found = log.verify(connection)
        report = offline(connection, log, tmp_path, capsys)
    assert found.first is not None
    assert found.first.position == size + 1
    assert "entries are gone" in found.first.what
    assert report["first"]["position"] == size + 1


def _go_back(connection: Connection, size: int) -> None:
    """Log and tables as they were after `size` entries, which only added rows since."""
    later = [json.loads(entry.body) for entry in entries(connection)[size:]]
    for table, row_id, *_ in (row for body in later for row in body["rows"]):
        for spelling in (row_id, row_id.replace("-", "")):
            same = "CAST(id AS TEXT) = :id"
            connection.execute(text(f'DELETE FROM "{table}" WHERE {same}'), {"id": spelling})
    for statement in cutting(size):
        connection.execute(text(statement))


@pytest.mark.parametrize("longer", [0, 5])
def test_a_fork(
    log: Anchored, longer: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the victim on another history is told, as long as the true one or longer."""
    with attack(log.database) as connection:
        model = json.loads(entries(connection)[log.sizes[-1] - 1].body)
        _go_back(connection, log.victim - 1)
        for position in range(log.victim, log.sizes[-1] + longer + 1):
            other = {"id": str(uuid7()), "rows": [], "event": "user.signed_out", "facts": {}}
            put(connection, position, model | other)
        chain_anew(connection)
        found = log.verify(connection)
        report = offline(connection, log, tmp_path, capsys)
    assert found.first is not None
    assert (found.first.position, found.first.until) == log.window
    assert (report["first"]["position"], report["first"]["until"]) == log.window


def test_a_dropped_trigger(log: Anchored) -> None:
    with attack(log.database) as connection:
        names = list(triggers.statements(connection.dialect.name))
        found = verify(connection)
    assert found.first is not None
    assert f"trigger {names[0]}" in str(found.first)
    assert len(found.problems) >= len(names)


def test_another_key(log: Anchored, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every checkpoint signed anew, in the database and at the anchor, over the true tree."""
    stranger = SigningStranger()
    with attack(log.database) as connection:
        notes = []
        for note in log.notes:
            checkpoint = note.checkpoint
            notes.append(stranger.note(checkpoint.origin, checkpoint.size, checkpoint.root))
            connection.execute(
                text("UPDATE audit_checkpoint SET note = :note WHERE size = :size"),
                {"note": str(notes[-1]), "size": checkpoint.size},
            )
        found = log.verify(connection, notes)
        report = offline(connection, replace(log, notes=notes), tmp_path, capsys)
    assert found.first is not None
    assert found.first.position == log.sizes[0]
    assert "a key that is not trusted" in found.first.what
    assert (report["result"], report["first"]["position"]) == (1, log.sizes[0])


def test_another_key_that_vouches_for_itself(
    log: Anchored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = SigningStranger()
    with attack(log.database) as connection:
        model = json.loads(entries(connection)[-1].body)
        size = log.sizes[-1] + 1
        facts = {"key": stranger.public.hex(), "signature": "00" * 64}
        named = {"id": str(uuid7()), "rows": [], "event": "audit.key_named", "facts": facts}
        put(connection, size, model | named | {"at": moment(now())})
        chain_anew(connection)
        leaves = [offline_verifier.leaf_of(entry.body) for entry in entries(connection)]
        note = stranger.note(log.key.name, size, Tree(leaves).root())
        found = log.verify(connection, [*log.notes, note])
        report = offline(connection, replace(log, notes=[*log.notes, note]), tmp_path, capsys)
    assert any("not trusted" in problem.what for problem in found.problems)
    assert found.first is not None
    assert found.first.position == size
    assert (report["result"], report["first"]["position"]) == (1, size)


def test_a_row_without_an_entry_or_other_than_its_entry(log: Anchored) -> None:
    with attack(log.database) as connection:
        expected = last_entries(connection)
        row = next(row for row in raw_rows(connection, ORGANISATION) if row["code"] == "NGO1B")
        known = expected["organisation", str(UUID(str(row["id"])))]
        connection.execute(
            text("UPDATE organisation SET code = 'NGOX' WHERE code = 'NGO1B'"),
        )
        found = log.verify(connection)
        assert found.first is not None
        assert (found.first.entry_id, found.first.position) == (known, log.victim)
        connection.rollback()
    with attack(log.database) as connection:
        columns = ", ".join(column.name for column in ORGANISATION.columns)
        other = uuid4()
        others = {"id": ":id", "code": "'COPY'"}
        values = ", ".join(others.get(name, name) for name in columns.split(", "))
        connection.execute(
            text(
                f"INSERT INTO organisation ({columns}) SELECT {values} FROM organisation "
                "WHERE code = 'NGO1B'"
            ),
            {"id": other.hex if connection.dialect.name == "sqlite" else other},
        )
        found = log.verify(connection)
    assert [problem.what for problem in found.problems] == ["a row without an entry"]
    assert found.first is not None
    assert found.first.row == f"organisation {other}"


@pytest.mark.parametrize(
    ("behind", "count", "goes_on", "said"),
    [
        (timedelta(days=3), 1, True, "committed late"),
        (timedelta(minutes=6), 2, True, "committed late"),
        (timedelta(hours=2), 3, False, "the clock was set back"),
    ],
    ids=["late", "a late transaction", "clock set back"],
)
def test_moments_that_go_back(
    log: Anchored,
    behind: timedelta,
    count: int,
    goes_on: bool,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Entries put at the end where they belong, chained and all, but dated earlier."""
    with attack(log.database) as connection:
        last = json.loads(entries(connection)[-1].body)
        newest, size = datetime.fromisoformat(last["at"]), len(entries(connection))
        moments = [newest - behind + timedelta(seconds=step) for step in range(count)]
        moments += [newest + timedelta(minutes=1)] if goes_on else []
        for position, at in enumerate(moments, start=size + 1):
            dated = {"id": str(uuid7()), "at": moment(at), "rows": [], "facts": {}}
            put(connection, position, last | dated | {"event": "user.signed_out"})
        chain_anew(connection)
        found = log.verify(connection)
        report = offline(connection, log, tmp_path, capsys)
        assert found.intact, found.problems
        assert found.first is not None
        assert found.first.position == size + 1
        assert found.first.entry_id == entries(connection)[size].id
    assert said in found.first.what
    assert len(found.backsteps) == 1
    assert (report["result"], report["first"]["position"]) == (3, size + 1)
