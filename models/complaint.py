"""Complaints of people about a decision, a service or the handling of their data."""

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import ComplaintKind, ComplaintOutcome, ComplaintState, KeyDomain
from models.base import Cell, Record, belongs_to
from models.organisation import Organisation
from models.person import Person


class Complaint(Record):
    """One complaint in the register of the organisation whose protection officer answers it.

    `subject_id` is the person's; the register's organisation's when nobody in particular complains.
    """

    __tablename__ = "complaint"
    number: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[ComplaintKind]
    state: Mapped[ComplaintState]
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    subject_id: Mapped[UUID] = belongs_to("subject")
    person_id: Mapped[UUID | None] = belongs_to("person")
    case_id: Mapped[UUID | None] = belongs_to("case")
    request_id: Mapped[UUID | None] = belongs_to("return_request")
    registered_by_id: Mapped[UUID | None] = belongs_to("user")
    received_on: Mapped[date]
    due_on: Mapped[date] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    ended_by_id: Mapped[UUID | None] = belongs_to("user")
    outcome: Mapped[ComplaintOutcome | None]
    words = Cell[str]("complaint.words", KeyDomain.NARRATIVE)
    #: how the answer reaches whoever complained
    reply_to = Cell[str | None]("complaint.reply_to")
    answer = Cell[str | None]("complaint.answer", KeyDomain.NARRATIVE)
    redress = Cell[str | None]("complaint.redress", KeyDomain.NARRATIVE)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship()
