"""What is not a request yet: what an officer typed so far."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import KeyDomain
from models.base import Cell, Record, belongs_to


class RequestDraft(Record):
    """A new request as typed so far, under the key of the officer who types it, and hers alone.

    `form_key` is the SHA-256 of the page's idempotency key: a page has one draft however often it
    is saved.
    """

    __tablename__ = "request_draft"
    __table_args__ = (UniqueConstraint("user_id", "form_key"),)
    user_id: Mapped[UUID] = belongs_to("user")
    subject_id: Mapped[UUID] = belongs_to("subject")
    form_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    saved_at: Mapped[datetime] = mapped_column(index=True)
    #: pairs of field name and text, in the page's order
    typed = Cell[list[list[str]]]("request_draft.typed", KeyDomain.NARRATIVE)
