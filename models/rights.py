"""What people ask of their own data, and what was done: restricted, held for the law, erased."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import (
    AskedBy,
    ExtensionReason,
    IdentityCheck,
    KeyDomain,
    LegalHoldReason,
    RequestRefusal,
    SubjectRequestKind,
    SubjectRequestState,
)
from models.base import Cell, Record, belongs_to
from models.organisation import Organisation
from models.person import Person
from models.user import User


class SubjectRequest(Record):
    """One request of a person about her data, in the register of one organisation.

    `organisation_id`: whose protection officer keeps it. `choices`: for each text about several
    people, by `cell:row id`, "include" or why it is left out. `packages` made so far.
    """

    __tablename__ = "subject_request"
    number: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[SubjectRequestKind]
    state: Mapped[SubjectRequestState]
    asked_by: Mapped[AskedBy]
    person_id: Mapped[UUID] = belongs_to("person")
    subject_id: Mapped[UUID] = belongs_to("subject")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    registered_by_id: Mapped[UUID] = belongs_to("user")
    received_on: Mapped[date]
    due_on: Mapped[date] = mapped_column(index=True)
    extended_for: Mapped[ExtensionReason | None]
    identity_check: Mapped[IdentityCheck | None]
    identity_checked_on: Mapped[date | None]
    assigned_to_id: Mapped[UUID | None] = belongs_to("user")
    ended_on: Mapped[date | None]
    ended_by_id: Mapped[UUID | None] = belongs_to("user")
    refusal: Mapped[RequestRefusal | None]
    packages: Mapped[int] = mapped_column(default=0)
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: guardian or representative: who, and what shows the authority
    asker = Cell[str | None]("subject_request.asker")
    words = Cell[str | None]("subject_request.words", KeyDomain.NARRATIVE)
    #: a correction: the right value by field of the person
    proposal = Cell[dict[str, Any] | None]("subject_request.proposal")
    answer = Cell[str | None]("subject_request.answer", KeyDomain.NARRATIVE)

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])


class Restriction(Record):
    """From then on the person's data are only kept: neither shared nor counted, until lifted."""

    __tablename__ = "restriction"
    person_id: Mapped[UUID] = belongs_to("person")
    subject_id: Mapped[UUID] = belongs_to("subject")
    subject_request_id: Mapped[UUID] = belongs_to("subject_request")
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = belongs_to("user")
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UUID | None] = belongs_to("user")


class LegalHold(Record):
    """The law wants this person's data kept: nothing of hers is erased until then."""

    __tablename__ = "legal_hold"
    person_id: Mapped[UUID] = belongs_to("person")
    subject_id: Mapped[UUID] = belongs_to("subject")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    reason: Mapped[LegalHoldReason]
    until: Mapped[date | None]
    set_on: Mapped[date]
    set_by_id: Mapped[UUID] = belongs_to("user")
    lifted_on: Mapped[date | None]
    lifted_by_id: Mapped[UUID | None] = belongs_to("user")
    #: whose order, and its number
    authority = Cell[str | None]("legal_hold.authority", KeyDomain.NARRATIVE)


class Erasure(Record):
    """Keys of a person destroyed for ever. Holds nothing personal: it outlives what it erased.

    `done_at` is empty from the order until the key store has lost the keys. `figures`: how many
    subjects, tokens, files and shared texts it concerned.
    """

    __tablename__ = "erasure"
    number: Mapped[str] = mapped_column(String(32), unique=True)
    subject_request_id: Mapped[UUID | None] = belongs_to("subject_request")
    person_id: Mapped[UUID] = belongs_to("person")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    approved_by_id: Mapped[UUID] = belongs_to("user")
    ordered_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any]]


class ErasedSubject(Record):
    """A subject whose cells never open again; a missing key without such a row is a fault."""

    __tablename__ = "erased_subject"
    subject_id: Mapped[UUID] = belongs_to("subject", unique=True)
    erasure_id: Mapped[UUID] = belongs_to("erasure")
