"""What people are written: neutral words, to an address that is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import Language, MessageFault, MessageKind, MessageState, WriteBy
from models.base import Cell, Record, belongs_to


class OutgoingMessage(Record):
    """One message to one person about a request; sent at most once.

    `due_at` is when it is to be tried next and, while it is being sent, when that began.
    """

    __tablename__ = "message"
    __table_args__ = (Index(None, "state", "due_at"),)
    request_id: Mapped[UUID] = belongs_to("return_request")
    person_id: Mapped[UUID] = belongs_to("person")
    subject_id: Mapped[UUID] = belongs_to("subject")
    kind: Mapped[MessageKind]
    way: Mapped[WriteBy | None]
    language: Mapped[Language]
    state: Mapped[MessageState]
    fault: Mapped[MessageFault | None]
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address = Cell[str | None]("message.address")
