"""Checkpoints: signed only over a log that goes on from what was signed before."""

import errno
import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from audit.notes import Checkpoint, Note, VerifierKey, read_all, written
from audit.record import Act
from audit.tree import Tree
from casework.services.log.anchoring import anchor_log
from casework.services.log.checkpoints import LogInconsistentError
from casework.services.log.file_anchor import read_notes
from casework.services.log.signer import verifier_key
from casework.services.log.state import log_state
from casework.services.protection.verification import verify_log
from casework.services.work import Database
from casework.vocabulary import Purpose
from models.audit import AuditCheckpoint, AuditEntry, AuditLeaf
from tests.conftest import Cast
from tests.integration.audit.attacker import alter, cut_tail
from tests.postgresql import bare_connection


def act(database: Database, cast: Cast, count: int = 1) -> None:
    with database.writing(cast["admin.office"]) as work:
        for _ in range(count):
            work.record(Act("user.signed_out", Purpose.ADMINISTRATION, subjects=[uuid4()]))


def anchored_at(database: Database, *anchors: str) -> Database:
    database.settings = replace(database.settings, anchors=anchors)
    return database


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "anchor.log"


@pytest.fixture
def log(database: Database, place: Path) -> Database:
    """A database whose log is anchored in a file."""
    return anchored_at(database, f"file:{place}")


def leaves(database: Database) -> list[bytes]:
    with bare_connection(database) as connection:
        return list(connection.scalars(select(AuditLeaf.leaf).order_by(AuditLeaf.id)))


def rows(database: Database, table: Any) -> list[Any]:
    with bare_connection(database) as connection:
        return list(connection.execute(select(table.__table__)).mappings())


def events(database: Database, event: str) -> list[dict[str, Any]]:
    with bare_connection(database) as connection:
        statement = select(AuditEntry.body).where(AuditEntry.event == event)
        return [json.loads(body)["facts"] for body in connection.scalars(statement)]


def test_each_checkpoint_signs_the_tree_of_its_size(log: Database, cast: Cast, place: Path) -> None:
    sizes = []
    for count in (0, 1, 7, 2):
        act(log, cast, count)
        sizes.append(anchor_log(log).size)
    assert anchor_log(log).size == sizes[-1]
    notes = read_notes(place)
    assert [note.checkpoint.size for note in notes] == sizes
    tree = Tree(leaves(log))
    key = verifier_key(log, notes[0].checkpoint.origin)
    for note in notes:
        assert note.checkpoint.root == tree.root(note.checkpoint.size)
        assert key.found_in(note) == 0
    assert [row["size"] for row in rows(log, AuditCheckpoint)] == sizes
    found = verify_log(log)
    assert found.intact, found.problems
    assert found.agreed == {"the database": sizes[-1], f"file:{place}": sizes[-1]}


@pytest.mark.parametrize(
    ("reason", "statement"),
    [
        ("chain_broken", "UPDATE audit_leaf SET leaf = link WHERE position = {last}"),
        ("chain_broken", "DELETE FROM audit_leaf WHERE position = {last} - 1"),
        ("chain_broken", "UPDATE audit_leaf SET link = leaf WHERE position = {size}"),
        ("entries_gone", "DELETE FROM audit_leaf WHERE position = {size}"),
        ("first_entry_altered", "UPDATE audit_leaf SET leaf = link WHERE position = 1"),
        ("checkpoint_altered", "UPDATE audit_checkpoint SET note = 'none' WHERE size = {size}"),
        ("checkpoint_altered", "UPDATE audit_checkpoint SET note = replace(note, '{size}', '9')"),
        ("checkpoint_altered", "UPDATE audit_checkpoint SET subtrees = note_at_another_size"),
        ("checkpoint_gone", "DELETE FROM audit_checkpoint"),
    ],
)
def test_nothing_is_signed_over_a_log_that_contradicts_what_was_signed(
    log: Database, cast: Cast, place: Path, reason: str, statement: str
) -> None:
    act(log, cast, 4)
    size = anchor_log(log).size
    act(log, cast, 3)
    before = place.read_bytes()
    other = bytes(32 * size.bit_count()).hex()
    literal = f"x'{other}'" if log.settings.embedded else f"'\\x{other}'"
    statement = statement.replace("note_at_another_size", literal)
    alter(log, statement.format(size=size, last=size + 3))
    for _ in range(2):
        with pytest.raises(LogInconsistentError) as refused:
            anchor_log(log)
        assert refused.value.reason == reason
    assert [facts["reason"] for facts in events(log, "audit.checkpoint_refused")] == [reason]
    with log.reading(cast["admin.office"]) as work:
        state = log_state(work)
    assert state.refused == reason and not state.sound
    assert place.read_bytes() == before
    assert not verify_log(log).intact


def test_an_older_database_is_not_signed_on(log: Database, cast: Cast, place: Path) -> None:
    """Its tail is gone with all its checkpoints; the anchor remembers."""
    act(log, cast, 2)
    older = anchor_log(log).size
    act(log, cast, 5)
    newer = anchor_log(log).size
    cut_tail(log, older)
    found = verify_log(log)
    assert found.first is not None
    assert found.first.position == older + 1
    assert f"signed over {newer}" in found.first.what
    with pytest.raises(LogInconsistentError) as refused:
        anchor_log(log)
    assert refused.value.reason == "anchor_ahead"
    act(log, cast, 9)
    with pytest.raises(LogInconsistentError) as refused:
        anchor_log(log)
    assert refused.value.reason == "checkpoint_gone"
    found = verify_log(log)
    assert found.first is not None
    assert (found.first.position, found.first.until) == (older + 1, newer)


def test_a_failing_anchor_stops_no_other_and_is_tried_again(
    database: Database, cast: Cast, place: Path, tmp_path: Path
) -> None:
    away = tmp_path / "stick" / "anchor.log"
    log = anchored_at(database, f"file:{away}", f"file:{place}")
    for _ in range(2):
        act(log, cast)
        state = anchor_log(log)
        assert not state.sound
        assert [anchor.reason for anchor in state.anchors] == ["missing", None]
        assert state.anchors[1].size == state.size
    assert events(log, "audit.anchor_failed") == [{"anchor": f"file:{away}", "reason": "missing"}]
    assert "not there" in str(verify_log(log).first)
    away.parent.mkdir()
    state = anchor_log(log)
    assert state.sound
    assert state.anchors[0].size == state.size
    assert read_notes(away) == read_notes(place)
    assert events(log, "audit.anchor_works_again") == [{"anchor": f"file:{away}"}]
    assert verify_log(log).intact
    away.unlink()
    assert anchor_log(log).anchors[0].reason == "missing"
    assert "not there" in str(verify_log(log).first)
    away.touch()
    act(log, cast)
    state = anchor_log(log)
    assert state.sound
    assert [note.checkpoint.size for note in read_notes(away)][-1] == state.size


@pytest.mark.parametrize("written", [0, 1, 100, 200])
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_leaves_the_anchor_as_it_was(
    log: Database,
    cast: Cast,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    written: int,
    call: str,
) -> None:
    act(log, cast)
    anchor_log(log)
    before = place.read_bytes()
    act(log, cast, 2)
    with monkeypatch.context() as patch:
        fill_disk(patch, written, call)
        state = anchor_log(log)
    assert state.anchors[0].reason == "disk_full"
    assert place.read_bytes() == before
    assert state.size > read_notes(place)[-1].checkpoint.size
    state = anchor_log(log)
    assert state.sound
    assert place.read_bytes().startswith(before)
    assert read_notes(place)[-1].checkpoint.size == state.size
    assert verify_log(log).intact


def fill_disk(patch: pytest.MonkeyPatch, room: int, call: str) -> None:
    """From now on `room` bytes can still be written; or all, but none reaches the disk."""
    real, left = os.write, [room]

    def write(descriptor: int, data: Any) -> int:
        if call == "fsync":
            return real(descriptor, data)
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = real(descriptor, bytes(data)[: left[0]])
        left[0] -= done
        return done

    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    patch.setattr(os, "write", write)
    if call == "fsync":
        patch.setattr(os, "fsync", fsync)


def test_what_a_power_cut_left_half_written_is_taken_away(
    log: Database, cast: Cast, place: Path
) -> None:
    act(log, cast)
    anchor_log(log)
    whole = place.read_bytes()
    act(log, cast)
    anchor_log(log)
    for cut in (1, 60, len(place.read_bytes()) - len(whole) - 2):
        place.write_bytes(place.read_bytes()[: len(whole) + cut])
        assert [note.checkpoint.size for note in read_notes(place)] == [
            note.checkpoint.size for note in read_all(whole.decode())[0]
        ]
        state = anchor_log(log)
        assert state.sound
        assert read_notes(place)[-1].checkpoint.size == state.size
        assert verify_log(log).intact


@pytest.mark.parametrize("content", ["nonsense\n\nmore\n\n", "\udcff"])
def test_an_anchor_file_that_is_none_is_never_written_to(
    log: Database, cast: Cast, place: Path, content: str
) -> None:
    place.write_bytes(content.encode(errors="surrogateescape"))
    before = place.read_bytes()
    act(log, cast)
    state = anchor_log(log)
    assert state.anchors[0].reason in ("malformed", "unreadable")
    assert place.read_bytes() == before


def test_another_logs_checkpoint_at_the_anchor_stops_signing(
    log: Database, cast: Cast, place: Path
) -> None:
    stranger = SigningStranger()
    place.write_text(written([stranger.note("casework/log/other", 7)]))
    act(log, cast)
    with pytest.raises(LogInconsistentError) as refused:
        anchor_log(log)
    assert refused.value.reason == "anchor_foreign"


class SigningStranger:
    """Somebody with a key of their own."""

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        self.public = self._private.public_key().public_bytes_raw()

    def note(self, origin: str, size: int, root: bytes = bytes(32)) -> Note:
        checkpoint = Checkpoint(origin, size, root)
        key = VerifierKey(origin, self.public)
        value = self._private.sign(checkpoint.text.encode())
        return Note(checkpoint.text, (key.signature(checkpoint.text, value),))


def test_a_checkpoint_is_made_while_others_write(log: Database, cast: Cast) -> None:
    """On PostgreSQL two processes may sign at once: one waits for its next turn."""
    act(log, cast)
    results = []

    def sign() -> None:
        results.append(anchor_log(log).size)

    threads = [threading.Thread(target=sign) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(results) == anchor_log(log).size
    assert verify_log(log).intact
