"""Flights and convoys; a seat and a bed are held as one."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import (
    HoldState,
    KeyDomain,
    MovementKind,
    MovementState,
    Payer,
    ReleaseReason,
)
from models.base import Cell, Record, belongs_to
from models.facility import Room
from models.return_request import RequestMember, ReturnRequest


class Movement(Record):
    """A flight, convoy or train home. `reserved_percent` of the seats are reserved places.

    `funder_seats` are kept for those a funder pays for: seats by payer. `medical_escorts` is how
    many it carries; without a number there is no limit.
    """

    __tablename__ = "movement"
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[MovementKind]
    state: Mapped[MovementState]
    seats: Mapped[int]
    origin_countries: Mapped[list[str]]
    origin_city: Mapped[str] = mapped_column(String(100))
    point_of_entry: Mapped[str] = mapped_column(String(100))
    departs_on: Mapped[date]
    arrives_on: Mapped[date]
    quarantine_nights: Mapped[int]
    reserved_percent: Mapped[int] = mapped_column(default=0)
    funder_seats: Mapped[dict[str, Any]] = mapped_column(default=dict)
    medical_escorts: Mapped[int | None]
    payer: Mapped[Payer]
    cost: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(String(3), default="MNT")
    #: how long an offer waits for its answer
    offer_hours: Mapped[int] = mapped_column(default=48)
    #: after this moment no offer can be answered; None: when the day of departure ends
    closes_at: Mapped[datetime | None]
    #: `vehicles` of a convoy or train: label, seats, crossing point
    convoy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by_id: Mapped[UUID | None] = belongs_to("user")

    holds: Mapped[list["Hold"]] = relationship(back_populates="movement")


class Hold(Record):
    """One member's seat and bed. The bed is held from `first_night` to `last_night`, both slept.

    Without quarantine there is no room. An infant on a lap takes no seat; with somebody beside her
    for the journey the traveller takes two. `word` is what the person said to the offer, and who
    brought it. `payer` pays for the ticket; both costs are approved by somebody, or not yet.
    `funder` is whose kept seat it is.
    """

    __tablename__ = "hold"
    __table_args__ = (
        UniqueConstraint("movement_id", "member_id", "attempt"),
        Index(None, "room_id", "first_night", "last_night"),
    )
    movement_id: Mapped[UUID] = belongs_to("movement")
    request_id: Mapped[UUID] = belongs_to("return_request")
    member_id: Mapped[UUID] = belongs_to("request_member")
    subject_id: Mapped[UUID] = belongs_to("subject")
    #: counts the offers of this movement to this member
    attempt: Mapped[int] = mapped_column(default=1)
    state: Mapped[HoldState]
    seats: Mapped[int] = mapped_column(default=1)
    reserved: Mapped[bool] = mapped_column(default=False)
    room_id: Mapped[UUID | None] = belongs_to("room")
    first_night: Mapped[date | None]
    last_night: Mapped[date | None]
    payer: Mapped[Payer]
    quarantine_payer: Mapped[Payer | None]
    ticket_approved_by_id: Mapped[UUID | None] = belongs_to("user")
    ticket_approved_at: Mapped[datetime | None]
    quarantine_approved_by_id: Mapped[UUID | None] = belongs_to("user")
    quarantine_approved_at: Mapped[datetime | None]
    funder: Mapped[Payer | None]
    offered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    boarded_at: Mapped[datetime | None]
    #: the name of the vehicle she rides in
    vehicle: Mapped[str | None] = mapped_column(String(32))
    release_reason: Mapped[ReleaseReason | None]
    word = Cell[str | None]("hold.word", KeyDomain.NARRATIVE)
    #: what explains a difference between manifest and arrival
    difference = Cell[str | None]("hold.difference", KeyDomain.NARRATIVE)
    #: at the point of entry: what is needed, to whom the person was handed over, and when
    reception = Cell[dict[str, Any] | None]("hold.reception", KeyDomain.NARRATIVE)

    movement: Mapped[Movement] = relationship(back_populates="holds")
    member: Mapped[RequestMember] = relationship()
    request: Mapped[ReturnRequest] = relationship()
    room: Mapped[Room | None] = relationship()


class AllocationRun(Record):
    """One run of the allocation: what went in, what came out, so that it can be replayed.

    `inputs`: policy number, date, seats, rooms and their occupied nights; the households stand in
    the outcomes. `placed` and `waiting` count households. `reasons`: how many people wait for
    each reason. `milliseconds`: how long it took. `solver`: what it was solved with, versions and
    all; empty for a run by first fit. `proof`: objective, bound, gap, and the limits that bind.
    """

    __tablename__ = "allocation_run"
    movement_id: Mapped[UUID] = belongs_to("movement")
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = belongs_to("user")
    status: Mapped[str] = mapped_column(String(32))
    placed: Mapped[int]
    waiting: Mapped[int]
    milliseconds: Mapped[int]
    binding: Mapped[str | None] = mapped_column(String(32))
    inputs: Mapped[dict[str, Any]]
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    solver: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proof: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AllocationOutcome(Record):
    """Why a household is in or out of a run.

    `reason` is a code of the allocation rules, empty when everybody is placed, and sealed: some
    tell of health. `position` is the place in the order, `points` what it stood on. `travellers`:
    what the run knew of the members (their needs of seats and beds), for its replay.
    """

    __tablename__ = "allocation_outcome"
    __table_args__ = (UniqueConstraint("run_id", "request_id"),)
    run_id: Mapped[UUID] = belongs_to("allocation_run")
    request_id: Mapped[UUID] = belongs_to("return_request")
    subject_id: Mapped[UUID] = belongs_to("subject")
    position: Mapped[int]
    points: Mapped[int]
    people: Mapped[int]
    people_placed: Mapped[int]
    placed: Mapped[bool]
    reason = Cell[str]("allocation_outcome.reason", KeyDomain.NARRATIVE)
    travellers = Cell[dict[str, Any]]("allocation_outcome.travellers", KeyDomain.NARRATIVE)

    request: Mapped[ReturnRequest] = relationship(lazy="joined")
