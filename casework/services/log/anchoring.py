"""Signing a checkpoint and bringing it to every anchor; what fails is shown and tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from audit.notes import MalformedNoteError, Note
from audit.record import Act
from casework.actor import system_actor
from casework.clock import now
from casework.services.log.anchors import Anchor, AnchorError, Log, Receipt, make_anchors
from casework.services.log.checkpoints import (
    LogInconsistentError,
    make_checkpoint,
    newer_than,
    prove,
)
from casework.services.log.signer import verifier_key
from casework.services.log.state import REFUSED, LogState, last_receipt, log_state
from casework.services.log.whole import sequence_all
from casework.services.work import Database, Work
from casework.vocabulary import Outcome, Purpose
from models.audit import AuditCheckpoint, AuditReceipt


@dataclass
class _Place:
    """An anchor in this round: what we know it has, what lies there, why it failed."""

    anchor: Anchor
    held: Note | None
    there: Note | None = None
    reason: str | None = None


def anchor_log(database: Database) -> LogState:
    """Sign what is new and hand it to each anchor; how things stand then.

    LogInconsistentError, recorded, when the log contradicts an earlier checkpoint, here or at an
    anchor: then nothing is signed and nothing leaves. A failing anchor stops no other.
    """
    sequence_all(database)
    places = _look(database)
    outside = {place.anchor.label: place.there for place in places if place.there}
    try:
        make_checkpoint(database, outside)
    except LogInconsistentError as error:
        _record_refusal(database, error)
        raise
    for place in places:
        _bring(database, place)
    with database.reading(system_actor()) as work:
        return log_state(work)


def checkpoint_job(database: Database) -> int:
    """The job: how many entries are signed."""
    return anchor_log(database).size


def _look(database: Database) -> list[_Place]:
    with database.reading(system_actor()) as work:
        places = [
            _Place(anchor, _held(work, anchor.label))
            for anchor in make_anchors(database.settings.anchors)
        ]
    for place in places:
        try:
            place.there = place.anchor.newest(place.held)
        except AnchorError as error:
            place.reason = error.reason
    return places


def _held(work: Work, label: str) -> Note | None:
    """The newest checkpoint that the anchor is known to have taken."""
    receipt = last_receipt(work, label, Outcome.DONE)
    row = work.session.get(AuditCheckpoint, receipt.size) if receipt else None
    for kept in (receipt and receipt.content, row and row.note.encode()):
        try:
            if kept:
                return Note.read(kept.decode())
        except (MalformedNoteError, UnicodeDecodeError):
            continue  # a timestamp, or altered: verification names it
    return None


def _bring(database: Database, place: _Place) -> None:
    """Hand over what the anchor lacks; one that failed already is only written down."""
    receipts = [_found(place.there)] if place.there and place.there != place.held else []
    try:
        if place.reason is None:
            receipts += _hand_over(database, place)
    except AnchorError as error:
        place.reason = error.reason
    with database.writing(system_actor()) as work:
        for receipt in receipts:
            _keep(work, place.anchor.label, receipt)
        if place.reason:
            _fail(work, place)


def _found(note: Note) -> Receipt:
    """What lies at the anchor and was not known here: a countersignature, if there is one."""
    content = str(note).encode() if len(note.signatures) > 1 else None
    return Receipt(note.checkpoint.size, content)


def _hand_over(database: Database, place: _Place) -> Sequence[Receipt]:
    with database.reading(system_actor()) as work:
        pending = newer_than(work, place.there.checkpoint.size if place.there else 0)
        if not pending:
            return []
        try:
            key = verifier_key(database, pending[-1].checkpoint.origin)
            log = Log(key, partial(prove, work))
            receipt = place.anchor.take(pending, place.there, log)
        except LogInconsistentError as error:
            raise AnchorError(error.reason) from error
    return [receipt] if receipt else []


def _keep(work: Work, label: str, receipt: Receipt) -> None:
    before = last_receipt(work, label)
    work.session.add(
        AuditReceipt(
            at=now(),
            anchor=label,
            size=receipt.size,
            outcome=Outcome.DONE,
            content=receipt.content,
        )
    )
    if before and before.outcome is Outcome.FAILED:
        work.record(Act("audit.anchor_works_again", Purpose.PROTECTION, facts={"anchor": label}))


def _fail(work: Work, place: _Place) -> None:
    """One row when it begins to fail, or fails for another reason; not one for every trial."""
    before = last_receipt(work, place.anchor.label)
    if before and before.outcome is Outcome.FAILED and before.reason == place.reason:
        return
    size = place.held.checkpoint.size if place.held else 0
    row = AuditReceipt(at=now(), anchor=place.anchor.label, size=size, outcome=Outcome.FAILED)
    row.reason = place.reason
    work.session.add(row)
    facts = {"anchor": place.anchor.label, "reason": place.reason}
    act = Act("audit.anchor_failed", Purpose.PROTECTION, outcome=Outcome.FAILED, facts=facts)
    work.record(act)


def _record_refusal(database: Database, error: LogInconsistentError) -> None:
    with database.writing(system_actor()) as work:
        if log_state(work).refused == error.reason:
            return
        facts = {"reason": error.reason, "size": error.size}
        act = Act(REFUSED, Purpose.PROTECTION, outcome=Outcome.REFUSED, facts=facts)
        work.record(act)
