"""Consular help that needs no return, given on a request."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import HelpKind, HelpState, KeyDomain, Payer
from models.base import Cell, Record, belongs_to


class ConsularHelp(Record):
    """Help to a household abroad; append-only: a mistake is mended by an entry that reverses it.

    What was given says something of the household's needs, so its kind is sealed. `mnt_rate` and
    `rate_on` as AssistanceEntry has them. Only APPROVED help counts.
    """

    __tablename__ = "consular_help"
    request_id: Mapped[UUID] = belongs_to("return_request")
    subject_id: Mapped[UUID] = belongs_to("subject")
    state: Mapped[HelpState]
    given_on: Mapped[date]
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    mnt_rate: Mapped[int | None]
    rate_on: Mapped[date | None]
    payer: Mapped[Payer]
    reverses_id: Mapped[UUID | None] = belongs_to("consular_help", unique=True)
    recorded_by_id: Mapped[UUID] = belongs_to("user")
    recorded_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = belongs_to("user")
    decided_at: Mapped[datetime | None]
    kind = Cell[HelpKind]("consular_help.kind", KeyDomain.NARRATIVE)
    note = Cell[str | None]("consular_help.note", KeyDomain.NARRATIVE)
    receipt = Cell[str | None]("consular_help.receipt", KeyDomain.NARRATIVE)
