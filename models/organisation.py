"""Organisations: the ministry, missions, facilities, IOM, partners."""

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import OrganisationKind
from models.base import Cell, Record, belongs_to


class Organisation(Record):
    """Who employs users and holds records. `agreement_until`: data-sharing agreement in force."""

    __tablename__ = "organisation"
    subject_id: Mapped[UUID] = belongs_to("subject")
    code: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[OrganisationKind]
    name: Mapped[str] = mapped_column(String(200))
    name_mn: Mapped[str] = mapped_column(String(200))
    country: Mapped[str | None] = mapped_column(String(2))
    aimag: Mapped[str | None] = mapped_column(String(8))
    agreement_until: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    #: where a shelter is must not be known
    address = Cell[str | None]("organisation.address")
