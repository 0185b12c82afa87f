"""Work of the machine: jobs, and the keys that make a second submit harmless."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import JobState
from models.base import Base, belongs_to


class Job(Base):
    """Long work; the queue carries only the id; `arguments` and `result` hold only ids and codes.

    `record_id` is what it is about. It is cancelled by its state; the worker looks between steps.
    """

    __tablename__ = "job"
    audited = False
    kind: Mapped[str] = mapped_column(String(48))
    state: Mapped[JobState]
    record_id: Mapped[UUID | None] = mapped_column(index=True)
    arguments: Mapped[dict[str, Any]]
    requested_by_id: Mapped[UUID | None] = belongs_to("user")
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None]


class IdempotencyKey(Base):
    """A form that was saved: submitting it again leads to what it made, and makes nothing."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("user_id", "key_hash"),)
    audited = False
    user_id: Mapped[UUID] = belongs_to("user")
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    location: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime]
