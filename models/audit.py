"""The audit log: entries, their chained leaves, and an index by subject."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import Outcome
from models.base import Base


class AuditEntry(Base):
    """One act. `body` is canonical JSON (RFC 8785); `leaf` = SHA-256(0x00 | body)."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "case_id", "at"), Index(None, "actor_id", "at"))
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
