"""How the log stands: what is signed, what each anchor has, and what went wrong."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.services.log.anchors import make_anchors
from casework.services.work import Work
from casework.vocabulary import Outcome
from models.audit import AuditCheckpoint, AuditEntry, AuditLeaf, AuditReceipt

REFUSED = "audit.checkpoint_refused"


@dataclass(frozen=True)
class AnchorState:
    """One anchor: how many entries it has seen signed and when; `reason` since it failed."""

    label: str
    size: int
    at: datetime | None
    reason: str | None
    failing_since: datetime | None


@dataclass(frozen=True)
class LogState:
    """`size` entries of `entries` are signed; `refused` says why nothing is signed any more."""

    entries: int
    size: int
    at: datetime | None
    refused: str | None
    anchors: Sequence[AnchorState]

    @property
    def sound(self) -> bool:
        """Whether checkpoints are signed and every anchor works."""
        return self.refused is None and all(anchor.reason is None for anchor in self.anchors)


def log_state(work: Work) -> LogState:
    """How the log stands now, whoever asks."""
    with work.beyond("how the log stands is shown in figures and codes"):
        return _log_state(work)


def _log_state(work: Work) -> LogState:
    last = work.session.execute(
        select(AuditCheckpoint.id, AuditCheckpoint.at).order_by(AuditCheckpoint.id.desc()).limit(1)
    ).first()
    entries = work.session.scalar(select(AuditLeaf.id).order_by(AuditLeaf.id.desc()).limit(1))
    size = last.id if last else 0
    at = last.at if last else None
    labels = [anchor.label for anchor in make_anchors(work.database.settings.anchors)]
    states = [_anchor_state(work, label) for label in labels]
    return LogState(entries or 0, size, at, _refused_since(work, at), states)


def last_receipt(work: Work, label: str, outcome: Outcome | None = None) -> AuditReceipt | None:
    """The newest receipt of an anchor, of this outcome if one is given."""
    statement = select(AuditReceipt).where(AuditReceipt.anchor == label)
    if outcome:
        statement = statement.where(AuditReceipt.outcome == outcome)
    newest_first = (AuditReceipt.at.desc(), AuditReceipt.id.desc())
    return work.session.scalar(statement.order_by(*newest_first).limit(1))


def _anchor_state(work: Work, label: str) -> AnchorState:
    taken, last = last_receipt(work, label, Outcome.DONE), last_receipt(work, label)
    size, at = (taken.size, taken.at) if taken else (0, None)
    if last is None or last.outcome is Outcome.DONE:
        return AnchorState(label, size, at, None, None)
    return AnchorState(label, size, at, last.reason, last.at)


def _refused_since(work: Work, signed_at: datetime | None) -> str | None:
    """Why the last checkpoint was refused, unless one was signed after that."""
    statement = select(AuditEntry).where(AuditEntry.event == REFUSED)
    entry = work.session.scalar(statement.order_by(AuditEntry.at.desc()).limit(1))
    if entry is None or (signed_at and signed_at > entry.at):
        return None
    reason: str = json.loads(entry.body)["facts"]["reason"]
    return reason
