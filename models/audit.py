"""The audit log: entries, their chained leaves, an index by subject, and signed checkpoints."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import Outcome
from models.base import Base


class AuditEntry(Base):
    """One act. `body` is canonical JSON (RFC 8785); `leaf` = SHA-256(0x00 | body)."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "case_id", "at"),
        Index(None, "actor_id", "at"),
        Index(None, "event", "at"),
    )
    audited = False
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None]
    event: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[Outcome]
    case_id: Mapped[UUID | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditLeaf(Base):
    """The order of the log. `link` = SHA-256(0x02 | previous link | leaf)."""

    __tablename__ = "audit_leaf"
    audited = False
    id: Mapped[int] = mapped_column(  # type: ignore[assignment]
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    )
    entry_id: Mapped[UUID] = mapped_column(unique=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    link: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditSubject(Base):
    """Index of entries by subject; verified against the bodies."""

    __tablename__ = "audit_subject"
    audited = False
    id: Mapped[UUID] = mapped_column("entry_id", primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)


class AuditQueue(Base):
    """Entries that wait for their place in the chain (PostgreSQL)."""

    __tablename__ = "audit_queue"
    audited = False


class AuditCheckpoint(Base):
    """The signed root of the tree over the first `id` leaves (the size).

    `note` is the signed note to the byte; `subtrees` is the audit.tree.Range from which the next
    checkpoint grows.
    """

    __tablename__ = "audit_checkpoint"
    audited = False
    id: Mapped[int] = mapped_column(  # type: ignore[assignment]
        "size",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    )
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    subtrees: Mapped[bytes] = mapped_column(LargeBinary)


class AuditReceipt(Base):
    """What became of a checkpoint at an anchor: a row when it was taken, or when that first failed.

    `anchor` is the anchor's label, `content` what it gave back: the cosigned note or an RFC 3161
    token; `reason` is the code of a failure.
    """

    __tablename__ = "audit_receipt"
    __table_args__ = (Index(None, "anchor", "at"),)
    audited = False
    at: Mapped[datetime]
    anchor: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[Outcome]
    reason: Mapped[str | None] = mapped_column(String(48))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
