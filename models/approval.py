"""What one person asked for and another decides; what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import (
    ApprovalKind,
    ApprovalState,
    KeyDomain,
    OverrideKind,
    OverrideReason,
)
from models.base import Cell, Record, belongs_to
from models.movement import Movement
from models.return_request import ReturnRequest
from models.user import User


class Approval(Record):
    """An act that waits for a second person of the organisation, or what she decided.

    `table` and `record_id` name the row it is about; `details` say in codes and counts what is
    asked; `used_at` is when an approved file was fetched, which happens once.
    """

    __tablename__ = "approval"
    __table_args__ = (Index(None, "state", "kind"), Index(None, "record_id"))
    subject_id: Mapped[UUID] = belongs_to("subject")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    kind: Mapped[ApprovalKind]
    state: Mapped[ApprovalState]
    table: Mapped[str] = mapped_column("table_name", String(48))
    record_id: Mapped[UUID]
    case_id: Mapped[UUID | None] = belongs_to("case")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_by_id: Mapped[UUID] = belongs_to("user")
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = belongs_to("user")
    decided_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    reason = Cell[str]("approval.reason", KeyDomain.NARRATIVE)
    answer = Cell[str | None]("approval.answer", KeyDomain.NARRATIVE)

    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])


class AllocationOverride(Record):
    """A household taken before all others, or left out, by the next run for this movement."""

    __tablename__ = "allocation_override"
    movement_id: Mapped[UUID] = belongs_to("movement")
    request_id: Mapped[UUID] = belongs_to("return_request")
    approval_id: Mapped[UUID] = belongs_to("approval")
    kind: Mapped[OverrideKind]
    reason: Mapped[OverrideReason]
    ended_at: Mapped[datetime | None]

    movement: Mapped[Movement] = relationship()
    request: Mapped[ReturnRequest] = relationship()
