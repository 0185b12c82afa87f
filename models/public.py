"""What the public pages keep: answers not sent yet, PINs, and what people told their mission."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import KeyDomain, TellingKind
from models.base import Base, Cell, Record, belongs_to
from models.return_request import ReturnRequest


class PublicVisit(Base):
    """A browser on the public pages; its cookie holds a secret of which only the hash is here.

    Before a request is sent it keeps what was typed, sealed under the ministry's key. `member_id`
    is who came in with a PIN. The row is deleted when the visit ends.
    """

    __tablename__ = "public_visit"
    audited = False
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    subject_id: Mapped[UUID] = belongs_to("subject")
    member_id: Mapped[UUID | None] = belongs_to("request_member")
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    answers = Cell[dict[str, Any]]("public_visit.answers", KeyDomain.NARRATIVE)
    #: the reference and the PIN, until the person says that she has them
    shown = Cell[list[str]]("public_visit.shown")
    #: whether there are signs of exploitation: sealed at once, never shown again
    protection = Cell[bool | None]("public_visit.protection", KeyDomain.TRAFFICKING)


class RequestPin(Record):
    """The PIN with which one adult of a request comes in; only its slow hash is kept."""

    __tablename__ = "request_pin"
    member_id: Mapped[UUID] = belongs_to("request_member", unique=True)
    subject_id: Mapped[UUID] = belongs_to("subject")
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None] = belongs_to("user")
    pin_hash = Cell[str]("request_pin.pin_hash")


class Telling(Record):
    """Something for a mission to look at: a change, an appeal, or a request that looks the same."""

    __tablename__ = "telling"
    request_id: Mapped[UUID] = belongs_to("return_request")
    member_id: Mapped[UUID] = belongs_to("request_member")
    subject_id: Mapped[UUID] = belongs_to("subject")
    #: the request that looks the same
    other_id: Mapped[UUID | None] = belongs_to("return_request")
    kind: Mapped[TellingKind]
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[UUID | None] = belongs_to("user")
    text = Cell[str | None]("telling.text", KeyDomain.NARRATIVE)

    request: Mapped[ReturnRequest] = relationship(foreign_keys="Telling.request_id")
