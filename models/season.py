"""Plans of a whole season: who would travel when, until a movement's places are held by one."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import KeyDomain
from models.base import Cell, Record, belongs_to
from models.movement import Movement
from models.return_request import ReturnRequest


class SeasonPlan(Record):
    """One plan of all movements that were open then, with what it was asked.

    `status`: `asked` until it is there, then how it was found. `inputs`: movements, rooms and their
    occupied nights; the parties stand in the outcomes. `figures` is what its page shows, as codes
    and numbers. `placed` and `waiting` count parties.
    """

    __tablename__ = "season_plan"
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = belongs_to("user")
    status: Mapped[str] = mapped_column(String(32))
    policy: Mapped[int] = mapped_column(default=0)
    points_on: Mapped[date | None]
    points: Mapped[int] = mapped_column(default=0)
    bound: Mapped[int] = mapped_column(default=0)
    greedy_points: Mapped[int] = mapped_column(default=0)
    first_come_points: Mapped[int] = mapped_column(default=0)
    placed: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    milliseconds: Mapped[int] = mapped_column(default=0)
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SeasonOutcome(Record):
    """A party of a plan: its movement and rooms, or none while it waits.

    `rooms`: room by member id. `travellers` is what the plan knew of its members (needs, birthdays
    that matter, movements it cannot take), sealed, so that the plan can be checked again.
    """

    __tablename__ = "season_outcome"
    __table_args__ = (Index(None, "plan_id", "movement_id"),)
    plan_id: Mapped[UUID] = belongs_to("season_plan")
    request_id: Mapped[UUID] = belongs_to("return_request")
    subject_id: Mapped[UUID] = belongs_to("subject")
    movement_id: Mapped[UUID | None] = belongs_to("movement")
    position: Mapped[int]
    points: Mapped[int]
    people: Mapped[int]
    seats: Mapped[int] = mapped_column(default=0)
    in_reserve: Mapped[bool] = mapped_column(default=False)
    first_night: Mapped[date | None]
    last_night: Mapped[date | None]
    rooms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    travellers = Cell[dict[str, Any]]("season_outcome.travellers", KeyDomain.NARRATIVE)

    request: Mapped[ReturnRequest] = relationship()
    movement: Mapped[Movement | None] = relationship()
