"""Verifying the whole log, and remembering when that was last done."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from audit.claims import Claim
from audit.notes import MalformedNoteError, Note
from audit.problems import Problem, Verification
from audit.record import Act
from audit.verify import verify
from casework.actor import system_actor
from casework.clock import now
from casework.policy import Permission
from casework.services.log.anchors import Anchor, AnchorError, Taken, make_anchors
from casework.services.log.file_anchor import read_notes
from casework.services.log.signer import believed_keys, log_origin
from casework.services.log.whole import sequence_all, whole_database
from casework.services.work import Database, Work
from casework.vocabulary import Outcome, Purpose
from models.audit import AuditCheckpoint, AuditEntry, AuditReceipt

VERIFIED = "audit.verified"
#: How long a checkpoint may wait for a configured anchor before the log counts as unproven.
ANCHORED_WITHIN = timedelta(days=7)


def verify_log(database: Database, files: Iterable[Path] = ()) -> Verification:
    """Check log and rows against one another in one consistent read, and against every anchor.

    `files` are further anchor files. On PostgreSQL the queue is sequenced first; a failure there
    shows as entries that still wait. Raises AnchorError for a file that is no anchor.
    """
    sequence_all(database)
    claims = [Claim(str(path), note) for path in files for note in read_notes(path)]
    with database.reading(system_actor()) as work:
        anchored, problems = _evidence(work)
    keys = believed_keys(database, log_origin(database))
    with whole_database(database) as connection:
        result = verify(connection, [*claims, *anchored], keys)
    result.problems += problems
    return result


def _evidence(work: Work) -> tuple[list[Claim], list[Problem]]:
    """What the configured anchors say, and what is wrong with them."""
    claims, problems = [], []
    overdue = work.session.scalar(
        select(func.max(AuditCheckpoint.id)).where(AuditCheckpoint.at < now() - ANCHORED_WITHIN)
    )
    for anchor in make_anchors(work.database.settings.anchors):
        taken = _taken(work, anchor)
        try:
            claims += [Claim(anchor.label, note) for note in anchor.evidence(taken)]
        except AnchorError as error:
            problems.append(Problem(f"{anchor.label}: {error}"))
        if overdue and max((receipt.size for receipt in taken), default=0) < overdue:
            days = ANCHORED_WITHIN.days
            what = f"{anchor.label} lacks checkpoints of more than {days} days ago"
            problems.append(Problem(what, overdue))
    return claims, problems


def _taken(work: Work, anchor: Anchor) -> Sequence[Taken]:
    receipts = work.session.execute(
        select(AuditReceipt.size, AuditReceipt.content, AuditCheckpoint)
        .outerjoin(AuditCheckpoint, AuditCheckpoint.id == AuditReceipt.size)
        .where(AuditReceipt.anchor == anchor.label, AuditReceipt.outcome == Outcome.DONE)
        .order_by(AuditReceipt.size, AuditReceipt.at)
    )
    return [Taken(size, content, _note(row)) for size, content, row in receipts]


def _note(row: AuditCheckpoint | None) -> Note | None:
    """The note of a checkpoint; None when the row is gone or altered, which verification names."""
    try:
        return Note.read(row.note) if row else None
    except MalformedNoteError:
        return None


def verify_and_record(work: Work) -> Verification:
    """Verify, and write down that it was done and what came of it."""
    result = verify_log(work.database)
    facts = {"entries": result.entries, "intact": result.intact}
    work.record(Act(VERIFIED, Purpose.PROTECTION, permission=Permission.AUDIT_VERIFY, facts=facts))
    return result


def last_verified(work: Work) -> datetime | None:
    """When the log was last verified from the pages."""
    return work.session.scalar(
        select(AuditEntry.at)
        .where(AuditEntry.event == VERIFIED)
        .order_by(AuditEntry.at.desc())
        .limit(1)
    )
