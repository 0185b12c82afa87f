"""What is not a request yet: what an officer typed so far, or sent as a list."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import KeyDomain
from models.base import Cell, Record, belongs_to
from models.organisation import Organisation


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


class ImportFile(Record):
    """A mission's list between looking at it and importing it, its sender's alone and short-lived.

    It may say who needs protection, so all of it lies in the compartment. `elsewhere` is how many
    matches with requests of other missions its sender was told of. `confirmed_at` is when she asked
    to import it, `ended_at` when that was done.
    """

    __tablename__ = "import_file"
    user_id: Mapped[UUID] = belongs_to("user")
    subject_id: Mapped[UUID] = belongs_to("subject")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    sent_at: Mapped[datetime]
    elsewhere: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    content = Cell[bytes]("import_file.content", KeyDomain.TRAFFICKING)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
