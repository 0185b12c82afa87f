"""The log for an outside auditor: an export, the checkpoints, and a proof for one entry."""

from base64 import b64encode
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from audit.notes import Note, anchor_head, written
from audit.record import Act
from audit.tree import Tree
from casework.actor import system_actor
from casework.errors import CaseworkError, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.services.log.checkpoints import read_kept
from casework.services.log.signer import verifier_key
from casework.services.log.whole import sequence_all, whole_database
from casework.services.log.whole_files import WholeFile, write_whole
from casework.services.setup import command_actor
from casework.services.work import Database, Work
from casework.vocabulary import Outcome, Purpose
from models.audit import AuditCheckpoint, AuditEntry, AuditLeaf, AuditReceipt

PROOF = "c2sp.org/tlog-proof@v1"
PART = 2_000


class NotYetSignedError(CaseworkError):
    """No checkpoint covers the entry yet."""

    def __init__(self) -> None:
        super().__init__(N_("No checkpoint covers this entry yet. Run: casework audit checkpoint"))


def export_log(database: Database, path: Path) -> int:
    """Write every entry, one a line, in the order of the tree; returns how many.

    The file is there whole or not at all; that it was made is an entry, the first not in it.
    """
    sequence_all(database)
    count = 0
    with WholeFile(path) as file, closing(_bodies(database)) as bodies:
        for body in bodies:
            file.write(body + b"\n")
            count += 1
    with database.writing(command_actor()) as work:
        permission, facts = Permission.AUDIT_READ, {"entries": count}
        work.record(Act("audit.exported", Purpose.PROTECTION, permission=permission, facts=facts))
    return count


def _bodies(database: Database) -> Generator[bytes]:
    statement = (
        select(AuditEntry.body)
        .join(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .order_by(AuditLeaf.id)
        .execution_options(yield_per=PART)
    )
    with whole_database(database) as connection, closing(connection.scalars(statement)) as found:
        yield from found


def export_checkpoints(database: Database, path: Path) -> int:
    """Write every checkpoint with the countersignatures it has; returns how many."""
    with database.reading(system_actor()) as work:
        notes = _cosigned(work)
    with WholeFile(path) as file:
        if notes:
            origin = notes[0].checkpoint.origin
            file.write(anchor_head(verifier_key(database, origin)).encode())
        file.write(written(notes).encode())
    return len(notes)


def export_timestamps(database: Database, folder: Path) -> int:
    """Write each timestamp and the text it covers, for `openssl ts -verify`; returns how many."""
    receipts = (
        select(AuditReceipt.size, AuditReceipt.content, AuditCheckpoint.note)
        .join(AuditCheckpoint, AuditCheckpoint.id == AuditReceipt.size)
        .where(AuditReceipt.outcome == Outcome.DONE, AuditReceipt.anchor.startswith("timestamp:"))
    )
    with database.reading(system_actor()) as work:
        rows = work.session.execute(receipts).all()
    folder.mkdir(exist_ok=True)
    for size, token, note in rows:
        write_whole(folder / f"{size}.txt", Note.read(note).text)
        with WholeFile(folder / f"{size}.token") as file:
            file.write(token or b"")
    return len(rows)


def _cosigned(work: Work, size: int | None = None) -> list[Note]:
    """Checkpoints, or the one of `size`, with the countersignatures they have."""
    checkpoints = select(AuditCheckpoint.note).order_by(AuditCheckpoint.id)
    receipts = select(AuditReceipt.content).where(
        AuditReceipt.outcome == Outcome.DONE, AuditReceipt.anchor.startswith("cosigner:")
    )
    if size is not None:
        checkpoints = checkpoints.where(AuditCheckpoint.id == size)
        receipts = receipts.where(AuditReceipt.size == size)
    notes = {note.text: note for note in map(Note.read, work.session.scalars(checkpoints))}
    for content in work.session.scalars(receipts):
        found = Note.read((content or b"").decode())
        if found.text in notes:
            notes[found.text] = notes[found.text].with_signatures(found.signatures)
    return list(notes.values())


def prove_entry(work: Work, entry_id: UUID) -> str:
    """A C2SP tlog-proof that the entry stands in the log, its body as the extra data.

    The checkpoint is the first that covers it. NotFound when there is no such entry,
    NotYetSignedError when no checkpoint covers it yet. The caller checks who may ask.
    """
    with work.beyond("a proof needs hashes of entries around this one"):
        return _proof(work, entry_id)


def _proof(work: Work, entry_id: UUID) -> str:
    session = work.session
    found = session.execute(
        select(AuditLeaf.id, AuditEntry.body)
        .join(AuditEntry, AuditEntry.id == AuditLeaf.entry_id)
        .where(AuditEntry.id == entry_id)
    ).first()
    if found is None:
        raise NotFound
    covering = select(AuditCheckpoint).where(AuditCheckpoint.id >= found.id)
    row = session.scalar(covering.order_by(AuditCheckpoint.id).limit(1))
    if row is None:
        raise NotYetSignedError
    earlier = select(AuditCheckpoint).where(AuditCheckpoint.id < found.id)
    before = session.scalar(earlier.order_by(AuditCheckpoint.id.desc()).limit(1))
    base = read_kept(work, before).range if before else None
    between = select(AuditLeaf.leaf).where(AuditLeaf.id > (before.id if before else 0))
    leaves = session.scalars(between.where(AuditLeaf.id <= row.id).order_by(AuditLeaf.id)).all()
    path = Tree(leaves, base).inclusion(found.id - 1, row.id)
    lines = [PROOF, f"extra {_text(found.body)}", f"index {found.id - 1}", *map(_text, path)]
    return "\n".join(lines) + f"\n\n{_cosigned(work, row.id)[0]}"


def _text(data: bytes) -> str:
    return b64encode(data).decode()
