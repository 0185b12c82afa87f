"""Signing checkpoints of the log; never one that contradicts another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from audit.chain import GENESIS, link_of
from audit.claims import origin_of
from audit.notes import Checkpoint, MalformedNoteError, Note, signed_by_any
from audit.tree import Range, Tree, extends
from casework.actor import system_actor
from casework.clock import now
from casework.errors import CaseworkError
from casework.services.log.reasons import reason_of
from casework.services.log.signer import log_keys, sign_checkpoint
from casework.services.work import Database, Work
from models.audit import AuditCheckpoint, AuditLeaf

CHECKPOINT_LOCK = 0x43484B50


class LogInconsistentError(CaseworkError):
    """The log contradicts what was signed about it; `reason` is a code, `size` the leaves it has.

    The codes stand in reasons.py.
    """

    def __init__(self, reason: str, size: int) -> None:
        super().__init__(reason_of(reason))
        self.reason = reason
        self.size = size


@dataclass(frozen=True)
class Kept:
    """A checkpoint of the database, checked: its range has the root that was signed."""

    note: Note
    range: Range

    @property
    def size(self) -> int:
        """How many leaves it covers."""
        return self.range.size


def make_checkpoint(database: Database, outside: Mapping[str, Note]) -> Note | None:
    """Sign the tree as it is now, and keep it; None when nothing came since the last one.

    `outside` are the newest checkpoints of anchors. LogInconsistentError, with nothing signed,
    unless the tree goes on from the last checkpoint and from each of these.
    """
    with database.writing(system_actor()) as work:
        if not _alone(work.session):
            return None
        last = _last_kept(work)
        leaves = _new_leaves(work.session, last)
        size = (last.size if last else 0) + len(leaves)
        origin = _origin(work.session, last, size)
        grown = Range(last.size, list(last.range.roots)) if last else Range()
        grown.extend(leaves)
        checkpoint = Checkpoint(origin, size, grown.root())
        for note in outside.values():
            _agree(work, note, checkpoint)
        if not leaves:
            return None
        note = sign_checkpoint(database, checkpoint)
        row = AuditCheckpoint(id=size, at=now(), note=str(note), subtrees=grown.packed())
        work.session.add(row)
    return note


def _alone(session: Session) -> bool:
    """Whether no other process makes a checkpoint now."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.scalar(text(f"SELECT pg_try_advisory_xact_lock({CHECKPOINT_LOCK})")))


def _last_kept(work: Work) -> Kept | None:
    statement = select(AuditCheckpoint).order_by(AuditCheckpoint.id.desc()).limit(1)
    row = work.session.scalar(statement)
    return read_kept(work, row) if row else None


def read_kept(work: Work, row: AuditCheckpoint) -> Kept:
    """The checkpoint of a row; LogInconsistentError when it is not as we signed it."""
    try:
        note = Note.read(row.note)
        checkpoint = note.checkpoint
        found = Range.read(row.id, row.subtrees)
        ours = signed_by_any(log_keys(work.database, checkpoint.origin), note)
    except (MalformedNoteError, ValueError) as error:
        raise LogInconsistentError("checkpoint_altered", row.id) from error
    if not ours or checkpoint.size != row.id or checkpoint.root != found.root():
        raise LogInconsistentError("checkpoint_altered", row.id)
    return Kept(note, found)


def _new_leaves(session: Session, last: Kept | None) -> list[bytes]:
    """The leaves since `last`; LogInconsistentError when they do not follow on one another."""
    size = last.size if last else 0
    link = session.scalar(select(AuditLeaf.link).where(AuditLeaf.id == size)) if size else GENESIS
    if link is None:
        raise LogInconsistentError("entries_gone", size)
    leaves = []
    statement = select(AuditLeaf.id, AuditLeaf.leaf, AuditLeaf.link).where(AuditLeaf.id > size)
    for number, row in enumerate(session.execute(statement.order_by(AuditLeaf.id)), size + 1):
        link = link_of(link, row.leaf)
        if row.id != number or row.link != link:
            raise LogInconsistentError("chain_broken", number)
        leaves.append(row.leaf)
    return leaves


def _origin(session: Session, last: Kept | None, size: int) -> str:
    first = session.scalar(select(AuditLeaf.leaf).where(AuditLeaf.id == 1))
    if first is None or (last and last.note.checkpoint.origin != origin_of(first)):
        raise LogInconsistentError("first_entry_altered", size)
    return origin_of(first)


def _agree(work: Work, note: Note, new: Checkpoint) -> None:
    """Prove that the new tree goes on from what `note` says; LogInconsistentError when not."""
    try:
        old = note.checkpoint
        ours = signed_by_any(log_keys(work.database, new.origin), note)
    except MalformedNoteError as error:
        raise LogInconsistentError("anchor_foreign", new.size) from error
    if not ours or old.origin != new.origin:
        raise LogInconsistentError("anchor_foreign", new.size)
    if old.size > new.size:
        raise LogInconsistentError("anchor_ahead", new.size)
    if not extends(old.size, new.size, old.root, new.root, prove(work, old.size, new.size)):
        raise LogInconsistentError("anchor_contradicts", new.size)


def prove(work: Work, old: int, new: int) -> list[bytes]:
    """The proof from a checkpoint of `old` leaves to the tree of `new`, from the leaves between.

    LogInconsistentError when no checkpoint of that size is kept.
    """
    if old in (0, new):
        return []
    row = work.session.get(AuditCheckpoint, old)
    if row is None:
        raise LogInconsistentError("checkpoint_gone", new)
    base = read_kept(work, row).range
    between = select(AuditLeaf.leaf).where(AuditLeaf.id > old, AuditLeaf.id <= new)
    leaves = work.session.scalars(between.order_by(AuditLeaf.id)).all()
    return Tree(leaves, base).consistency(old, new)


def newer_than(work: Work, size: int) -> Sequence[Note]:
    """The checkpoints over more than `size` leaves, oldest first."""
    statement = select(AuditCheckpoint.note).where(AuditCheckpoint.id > size)
    rows: Iterable[str] = work.session.scalars(statement.order_by(AuditCheckpoint.id))
    return [Note.read(note) for note in rows]
