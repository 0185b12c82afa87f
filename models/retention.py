"""What was kept as long as the rules allow, and its disposal by two people."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import DisposalOutcome, DisposalState
from models.base import Record, belongs_to
from models.organisation import Organisation


class Disposal(Record):
    """Data of some people that one officer proposes to destroy and another approves.

    `rules`: the retention rules as they stood. Holds nothing personal: it outlives what it names.
    """

    __tablename__ = "disposal"
    number: Mapped[str] = mapped_column(String(32), unique=True)
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    state: Mapped[DisposalState]
    rules: Mapped[dict[str, Any]]
    proposed_by_id: Mapped[UUID] = belongs_to("user")
    proposed_at: Mapped[datetime]
    approved_by_id: Mapped[UUID | None] = belongs_to("user")
    done_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    people: Mapped[list["DisposalPerson"]] = relationship(
        back_populates="disposal", order_by="DisposalPerson.id"
    )


class DisposalPerson(Record):
    """One person of a disposal: kept until `kept_until`, and what became of her data."""

    __tablename__ = "disposal_person"
    __table_args__ = (UniqueConstraint("disposal_id", "person_id"),)
    disposal_id: Mapped[UUID] = belongs_to("disposal")
    person_id: Mapped[UUID] = belongs_to("person")
    kept_until: Mapped[date]
    outcome: Mapped[DisposalOutcome]

    disposal: Mapped[Disposal] = relationship(back_populates="people")
