"""Openings of a case in an emergency by who may otherwise not read it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, relationship

from casework import clock
from casework.vocabulary import KeyDomain, ReviewOutcome
from models.base import Cell, Record, belongs_to
from models.case import Case
from models.organisation import Organisation
from models.user import User


class BreakGlass(Record):
    """A user reads a case from `opened_at` until `ends_at`, or until she ends it herself.

    `organisation_id`: whose protection officer reviews it, by `review_due_on`.
    """

    __tablename__ = "break_glass"
    __table_args__ = (Index(None, "user_id", "ends_at"),)
    case_id: Mapped[UUID] = belongs_to("case")
    subject_id: Mapped[UUID] = belongs_to("subject")
    user_id: Mapped[UUID] = belongs_to("user")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    review_due_on: Mapped[date]
    outcome: Mapped[ReviewOutcome | None]
    reviewed_by_id: Mapped[UUID | None] = belongs_to("user")
    reviewed_at: Mapped[datetime | None]
    reason = Cell[str]("break_glass.reason", KeyDomain.NARRATIVE)
    review = Cell[str | None]("break_glass.review", KeyDomain.NARRATIVE)

    case: Mapped[Case] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    organisation: Mapped[Organisation] = relationship()

    @property
    def late(self) -> bool:
        """Whether the review is overdue."""
        return self.outcome is None and self.review_due_on < clock.today()
