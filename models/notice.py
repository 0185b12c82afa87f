"""What a user is told of at once: codes and ids only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from casework.vocabulary import NoticeKind
from models.base import Base, belongs_to


class Notice(Base):
    """One thing one user is told of. `record_id` is what the kind's page shows, if it has one."""

    __tablename__ = "notice"
    __table_args__ = (Index(None, "user_id", "read_at"),)
    audited = False
    user_id: Mapped[UUID] = belongs_to("user")
    kind: Mapped[NoticeKind]
    case_id: Mapped[UUID | None] = belongs_to("case")
    record_id: Mapped[UUID | None]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
