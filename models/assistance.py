"""Budget lines and the assistance given against them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import AssistanceForm, KeyDomain
from models.base import Cell, Record, belongs_to
from models.organisation import Organisation


class BudgetLine(Record):
    """Money of one funder for one project. `spent` + `committed` never exceed `ceiling`.

    The sums are kept on the line itself, so that two entries at once meet on one row.
    """

    __tablename__ = "budget_line"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("committed + spent <= ceiling", name="ceiling"),
        CheckConstraint("committed >= 0 AND spent >= 0", name="not_negative"),
    )
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    funder: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    ceiling: Mapped[Decimal]
    committed: Mapped[Decimal] = mapped_column(default=Decimal(0))
    spent: Mapped[Decimal] = mapped_column(default=Decimal(0))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    active: Mapped[bool] = mapped_column(default=True)

    organisation: Mapped[Organisation] = relationship()

    @property
    def left(self) -> Decimal:
        """What can still be committed or spent."""
        return self.ceiling - self.committed - self.spent


class AssistanceEntry(Record):
    """Help given; append-only: a mistake is mended by an entry that reverses it.

    `mnt_rate`: tögrög for one unit of the currency, in ten-thousandths, on `rate_on`.
    """

    __tablename__ = "assistance_entry"
    case_id: Mapped[UUID] = belongs_to("case")
    subject_id: Mapped[UUID] = belongs_to("subject")
    plan_item_id: Mapped[UUID | None] = belongs_to("plan_item")
    budget_line_id: Mapped[UUID | None] = belongs_to("budget_line")
    form: Mapped[AssistanceForm]
    given_on: Mapped[date]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    mnt_rate: Mapped[int | None]
    rate_on: Mapped[date | None]
    reverses_id: Mapped[UUID | None] = belongs_to("assistance_entry", unique=True)
    recorded_by_id: Mapped[UUID] = belongs_to("user")
    recorded_at: Mapped[datetime]
    what = Cell[str]("assistance_entry.what", KeyDomain.NARRATIVE)
    delivered_by = Cell[str | None]("assistance_entry.delivered_by", KeyDomain.NARRATIVE)
    received_by = Cell[str | None]("assistance_entry.received_by", KeyDomain.NARRATIVE)
    receipt = Cell[str | None]("assistance_entry.receipt", KeyDomain.NARRATIVE)

    budget_line: Mapped[BudgetLine | None] = relationship()
