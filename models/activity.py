"""Unusual activity of an account, as the log showed it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, relationship

from casework.vocabulary import ActivityKind
from models.base import Record, belongs_to
from models.organisation import Organisation
from models.user import User


class ActivityAlert(Record):
    """One account did one thing `count` times within `minutes`, where `threshold` is usual.

    `organisation_id`: whose protection officer looks at it.
    """

    __tablename__ = "activity_alert"
    __table_args__ = (Index(None, "user_id", "kind", "at"),)
    user_id: Mapped[UUID] = belongs_to("user")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    kind: Mapped[ActivityKind]
    at: Mapped[datetime]
    count: Mapped[int]
    threshold: Mapped[int]
    minutes: Mapped[int]
    seen_by_id: Mapped[UUID | None] = belongs_to("user")
    seen_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    organisation: Mapped[Organisation] = relationship()
