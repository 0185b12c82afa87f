"""The order of the log: leaves chained by links.

`leaf` = SHA-256(0x00 | body); `link` = SHA-256(0x02 | previous link | leaf); the first previous
link is 32 zero bytes. SQLite appends in the entry's own transaction. On PostgreSQL an entry only
joins a queue, so that appending takes no lock, and a sequencer chains the queue after commit.
"""

from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from models.audit import AuditEntry, AuditLeaf, AuditQueue

GENESIS = bytes(32)
SEQUENCER_LOCK = 0x43415345


def leaf_of(body: bytes) -> bytes:
    """RFC 6962 leaf hash of an entry's body."""
    return sha256(b"\x00" + body).digest()


def link_of(previous: bytes, leaf: bytes) -> bytes:
    """The link that binds `leaf` to everything before it."""
    return sha256(b"\x02" + previous + leaf).digest()


def append(session: Session, entry_id: UUID, leaf: bytes) -> None:
    """Give the entry its place: at once on SQLite, through the queue on PostgreSQL."""
    if session.get_bind().dialect.name == "sqlite":
        _chain(session, [(entry_id, leaf)])
    else:
        session.execute(insert(AuditQueue).values(id=entry_id))


def sequence(session: Session) -> int:
    """Chain what is queued, unless another process does so now; returns how many were chained."""
    if session.get_bind().dialect.name == "sqlite":
        return 0
    locked = session.scalar(text(f"SELECT pg_try_advisory_xact_lock({SEQUENCER_LOCK})"))
    if not locked:
        return 0
    queued = session.execute(
        select(AuditEntry.id, AuditEntry.leaf)
        .join(AuditQueue, AuditQueue.id == AuditEntry.id)
        .order_by(AuditEntry.at, AuditEntry.id)
        .limit(10_000)
    ).all()
    if queued:
        _chain(session, [(row.id, row.leaf) for row in queued])
        session.execute(delete(AuditQueue).where(AuditQueue.id.in_([row.id for row in queued])))
    return len(queued)


def _chain(session: Session, entries: list[tuple[UUID, bytes]]) -> None:
    last = session.execute(
        select(AuditLeaf.id, AuditLeaf.link).order_by(AuditLeaf.id.desc()).limit(1)
    ).first()
    position, link = (last.id, last.link) if last else (0, GENESIS)
    rows = []
    for entry_id, leaf in entries:
        position, link = position + 1, link_of(link, leaf)
        rows.append({"id": position, "entry_id": entry_id, "leaf": leaf, "link": link})
    session.execute(insert(AuditLeaf), rows)
