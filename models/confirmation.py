"""Rounds in which households are asked whether their data are still right."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import Channel, RoundState
from models.base import Record, belongs_to


class ConfirmationRound(Record):
    """One round: who started it, whom it asks, and until when an answer counts as in time.

    It asks households that last confirmed before `confirmed_before` and asked to come home on
    `submitted_by` at the latest, of one mission or one country where given. `total` is how many
    they were when it was started.
    """

    __tablename__ = "confirmation_round"
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    started_by_id: Mapped[UUID] = belongs_to("user")
    started_at: Mapped[datetime]
    state: Mapped[RoundState]
    mission_id: Mapped[UUID | None] = belongs_to("organisation")
    country: Mapped[str | None] = mapped_column(String(2))
    confirmed_before: Mapped[date]
    submitted_by: Mapped[date]
    answer_by: Mapped[date]
    total: Mapped[int]


class Confirmation(Record):
    """One household asked in a round; `flagged_at` when no answer came in time."""

    __tablename__ = "confirmation"
    __table_args__ = (
        UniqueConstraint("round_id", "request_id"),
        Index(None, "answered_at", "flagged_at"),
    )
    round_id: Mapped[UUID] = belongs_to("confirmation_round")
    request_id: Mapped[UUID] = belongs_to("return_request")
    message_id: Mapped[UUID] = belongs_to("message")
    answered_at: Mapped[datetime | None]
    answered_through: Mapped[Channel | None]
    flagged_at: Mapped[datetime | None]
