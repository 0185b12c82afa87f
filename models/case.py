"""Cases, who is in them, who may read them, and the daily work on them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import (
    CaseKind,
    CaseState,
    ClosureReason,
    ContactMode,
    FollowUpState,
    GrantPurpose,
    KeyDomain,
    TaskState,
)
from models.base import Cell, Record, belongs_to
from models.organisation import Organisation
from models.person import Person
from models.return_request import ReturnRequest
from models.user import User


class Case(Record):
    """One organisation's work with a person or family. Unassigned until a supervisor assigns it.

    `previous_state` is where a refused closure or an ended suspension goes back to.
    """

    __tablename__ = "case"
    __table_args__ = (Index(None, "organisation_id", "state"),)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    subject_id: Mapped[UUID] = belongs_to("subject")
    kind: Mapped[CaseKind]
    state: Mapped[CaseState]
    previous_state: Mapped[CaseState | None]
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    assigned_to_id: Mapped[UUID | None] = belongs_to("user")
    request_id: Mapped[UUID | None] = belongs_to("return_request")
    created_by_id: Mapped[UUID | None] = belongs_to("user")
    opened_on: Mapped[date]
    closure_reason: Mapped[ClosureReason | None]
    closure_requested_by_id: Mapped[UUID | None] = belongs_to("user")
    closed_on: Mapped[date | None]
    closure_note = Cell[str | None]("case.closure_note", KeyDomain.NARRATIVE)
    #: where somebody of it is safe; services/cases/safe_location.py alone reads it
    safe_location = Cell[str | None]("case.safe_location", KeyDomain.NARRATIVE)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])
    request: Mapped[ReturnRequest | None] = relationship()
    people: Mapped[list["CasePerson"]] = relationship(
        back_populates="case", order_by="CasePerson.position"
    )
    grants: Mapped[list["Grant"]] = relationship(back_populates="case")


class CasePerson(Record):
    """A person of a case; the first is the principal."""

    __tablename__ = "case_person"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)
    case_id: Mapped[UUID] = belongs_to("case")
    person_id: Mapped[UUID] = belongs_to("person")
    position: Mapped[int]

    case: Mapped[Case] = relationship(back_populates="people")
    person: Mapped[Person] = relationship(lazy="joined")


class Grant(Record):
    """A partner organisation may read this case, for a purpose, until a day."""

    __tablename__ = "grant"
    case_id: Mapped[UUID] = belongs_to("case")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    purpose: Mapped[GrantPurpose]
    referral_id: Mapped[UUID | None] = belongs_to("referral")
    granted_by_id: Mapped[UUID] = belongs_to("user")
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="grants")


class Note(Record):
    """Free text on a case, a request or a stay; `subject_id` is that record's subject."""

    __tablename__ = "note"
    subject_id: Mapped[UUID] = belongs_to("subject")
    case_id: Mapped[UUID | None] = belongs_to("case")
    request_id: Mapped[UUID | None] = belongs_to("return_request")
    stay_id: Mapped[UUID | None] = belongs_to("stay")
    written_by_id: Mapped[UUID] = belongs_to("user")
    written_at: Mapped[datetime]
    text = Cell[str]("note.text", KeyDomain.NARRATIVE)


class Task(Record):
    """Something to do by a day, on a case or a request."""

    __tablename__ = "task"
    subject_id: Mapped[UUID] = belongs_to("subject")
    case_id: Mapped[UUID | None] = belongs_to("case")
    request_id: Mapped[UUID | None] = belongs_to("return_request")
    assigned_to_id: Mapped[UUID | None] = belongs_to("user")
    due_on: Mapped[date]
    state: Mapped[TaskState]
    title = Cell[str]("task.title", KeyDomain.NARRATIVE)


class FollowUp(Record):
    """A planned visit or call after help was given (default 1, 3, 6, 12 months: provisional)."""

    __tablename__ = "follow_up"
    case_id: Mapped[UUID] = belongs_to("case")
    subject_id: Mapped[UUID] = belongs_to("subject")
    due_on: Mapped[date]
    state: Mapped[FollowUpState]
    done_on: Mapped[date | None]
    mode: Mapped[ContactMode | None]
    done_by_id: Mapped[UUID | None] = belongs_to("user")
    findings = Cell[str | None]("follow_up.findings", KeyDomain.NARRATIVE)

    case: Mapped[Case] = relationship()
