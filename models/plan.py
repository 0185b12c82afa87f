"""Assessments and reintegration plans."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import AssessmentKind, KeyDomain, PlanItemKind, PlanItemState, PlanState
from models.assistance import BudgetLine
from models.base import Cell, Record, belongs_to
from models.case import Case
from models.person import Person


class Assessment(Record):
    """What was found of one person: factors with risk level by determinant, in one cell."""

    __tablename__ = "assessment"
    case_id: Mapped[UUID] = belongs_to("case")
    person_id: Mapped[UUID] = belongs_to("person")
    subject_id: Mapped[UUID] = belongs_to("subject")
    kind: Mapped[AssessmentKind]
    assessed_on: Mapped[date]
    assessed_by_id: Mapped[UUID] = belongs_to("user")
    findings = Cell[dict[str, Any]]("assessment.findings", KeyDomain.NARRATIVE)
    summary = Cell[str]("assessment.summary", KeyDomain.NARRATIVE)

    person: Mapped[Person] = relationship()


class Plan(Record):
    """A reintegration plan, written with the person; approved by another than its author."""

    __tablename__ = "plan"
    case_id: Mapped[UUID] = belongs_to("case", unique=True)
    subject_id: Mapped[UUID] = belongs_to("subject")
    state: Mapped[PlanState]
    written_by_id: Mapped[UUID] = belongs_to("user")
    submitted_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = belongs_to("user")
    approved_at: Mapped[datetime | None]
    goal = Cell[str]("plan.goal", KeyDomain.NARRATIVE)
    return_note = Cell[str | None]("plan.return_note", KeyDomain.NARRATIVE)

    case: Mapped[Case] = relationship()
    items: Mapped[list["PlanItem"]] = relationship(
        back_populates="plan", order_by="PlanItem.position"
    )


class PlanItem(Record):
    """One step of a plan; what it is for tells of a need, so its kind is a cell too."""

    __tablename__ = "plan_item"
    plan_id: Mapped[UUID] = belongs_to("plan")
    case_id: Mapped[UUID] = belongs_to("case")
    subject_id: Mapped[UUID] = belongs_to("subject")
    position: Mapped[int]
    state: Mapped[PlanItemState]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    planned_cost: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    budget_line_id: Mapped[UUID | None] = belongs_to("budget_line")
    kind = Cell[PlanItemKind]("plan_item.kind", KeyDomain.NARRATIVE)
    description = Cell[str]("plan_item.description", KeyDomain.NARRATIVE)
    provider = Cell[str | None]("plan_item.provider", KeyDomain.NARRATIVE)
    outcome = Cell[str | None]("plan_item.outcome", KeyDomain.NARRATIVE)

    plan: Mapped[Plan] = relationship(back_populates="items")
    budget_line: Mapped[BudgetLine | None] = relationship()
