"""Consents: one person, one purpose, one recipient; each adult can be asked alone."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import (
    AskedBy,
    Assent,
    ConsentForm,
    ConsentPurpose,
    ConsentState,
    KeyDomain,
    Language,
)
from models.base import Cell, Record, belongs_to
from models.organisation import Organisation
from models.person import Person


class Consent(Record):
    """An answer that a person gave. `recipient_id` None: the purpose shares with nobody.

    `categories`: data categories that may be shared. A refusal is kept as well as a yes. Whoever
    answers for somebody else is `guardian_id` when she is known here, else named in `guardian`.
    """

    __tablename__ = "consent"
    subject_id: Mapped[UUID] = belongs_to("subject")
    person_id: Mapped[UUID] = belongs_to("person")
    request_id: Mapped[UUID | None] = belongs_to("return_request")
    case_id: Mapped[UUID | None] = belongs_to("case")
    purpose: Mapped[ConsentPurpose]
    recipient_id: Mapped[UUID | None] = belongs_to("organisation")
    categories: Mapped[list[str]]
    state: Mapped[ConsentState]
    form: Mapped[ConsentForm]
    given_by: Mapped[AskedBy] = mapped_column(default=AskedBy.PERSON)
    #: what the child said, where a guardian answers
    assent: Mapped[Assent | None]
    guardian_id: Mapped[UUID | None] = belongs_to("person")
    language: Mapped[Language]
    asked_alone: Mapped[bool] = mapped_column(default=False)
    #: agrees to one case file with others of the household who agree too
    common_case: Mapped[bool] = mapped_column(default=False)
    given_on: Mapped[date]
    expires_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    recorded_by_id: Mapped[UUID | None] = belongs_to("user")
    interpreter = Cell[str | None]("consent.interpreter")
    guardian = Cell[str | None]("consent.guardian")
    #: witness, and whatever else bears on it
    circumstances = Cell[str | None]("consent.circumstances", KeyDomain.NARRATIVE)

    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])
    recipient: Mapped[Organisation | None] = relationship()
