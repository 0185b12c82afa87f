"""Consents: one person, one purpose, one recipient; each adult can be asked alone."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import ConsentForm, ConsentPurpose, ConsentState, KeyDomain, Language
from models.base import Cell, Record, belongs_to
from models.organisation import Organisation
from models.person import Person


class Consent(Record):
    """An answer that a person gave. `recipient_id` None: the purpose shares with nobody.

    `categories`: data categories that may be shared. A refusal is kept as well as a yes.
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
    language: Mapped[Language]
    asked_alone: Mapped[bool] = mapped_column(default=False)
    #: agrees to one case file with others of the household who agree too
    common_case: Mapped[bool] = mapped_column(default=False)
    given_on: Mapped[date]
    expires_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    recorded_by_id: Mapped[UUID | None] = belongs_to("user")
    #: interpreter, guardian or witness, child's assent
    circumstances = Cell[str | None]("consent.circumstances", KeyDomain.NARRATIVE)

    person: Mapped[Person] = relationship(lazy="joined")
    recipient: Mapped[Organisation | None] = relationship()
