"""Quarantine facilities, rooms, stays and daily checks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import KeyDomain, RoomKind, ShutReason, StayState
from models.base import Cell, Record, belongs_to
from models.organisation import Organisation
from models.person import Person


class Facility(Record):
    """A place of quarantine, run by one organisation. `turnover_days` stay empty between people."""

    __tablename__ = "facility"
    organisation_id: Mapped[UUID] = belongs_to("organisation", unique=True)
    aimag: Mapped[str | None] = mapped_column(String(8))
    turnover_days: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    rooms: Mapped[list["Room"]] = relationship(back_populates="facility", order_by="Room.number")


class Room(Record):
    """A room of a facility."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("facility_id", "number"),)
    facility_id: Mapped[UUID] = belongs_to("facility")
    number: Mapped[str] = mapped_column(String(16))
    floor: Mapped[int] = mapped_column(default=1)
    kind: Mapped[RoomKind]
    beds: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)

    facility: Mapped[Facility] = relationship(back_populates="rooms")


class Closure(Record):
    """Nights, both counted, on which nobody sleeps in a room, or in the whole facility.

    `lifted_at`: when it was given up, wholly.
    """

    __tablename__ = "closure"
    __table_args__ = (Index(None, "facility_id", "last_night"),)
    facility_id: Mapped[UUID] = belongs_to("facility")
    room_id: Mapped[UUID | None] = belongs_to("room")
    first_night: Mapped[date]
    last_night: Mapped[date]
    reason: Mapped[ShutReason]
    lifted_at: Mapped[datetime | None]

    room: Mapped[Room | None] = relationship()


class Stay(Record):
    """A person's quarantine. Nights from `first_night` to `last_night`, both slept."""

    __tablename__ = "stay"
    __table_args__ = (Index(None, "facility_id", "state"),)
    hold_id: Mapped[UUID] = belongs_to("hold", unique=True)
    member_id: Mapped[UUID] = belongs_to("request_member")
    person_id: Mapped[UUID] = belongs_to("person")
    subject_id: Mapped[UUID] = belongs_to("subject")
    facility_id: Mapped[UUID] = belongs_to("facility")
    room_id: Mapped[UUID] = belongs_to("room")
    state: Mapped[StayState]
    first_night: Mapped[date]
    last_night: Mapped[date]
    checked_in_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason = Cell[str | None]("stay.reason", KeyDomain.NARRATIVE)

    person: Mapped[Person] = relationship(lazy="joined")
    room: Mapped[Room] = relationship(lazy="joined")
    facility: Mapped[Facility] = relationship()
    checks: Mapped[list["DailyCheck"]] = relationship(
        back_populates="stay", order_by="DailyCheck.checked_on"
    )


class DailyCheck(Record):
    """One day's health check; temperature in tenths of a degree Celsius."""

    __tablename__ = "daily_check"
    __table_args__ = (UniqueConstraint("stay_id", "checked_on"),)
    stay_id: Mapped[UUID] = belongs_to("stay")
    subject_id: Mapped[UUID] = belongs_to("subject")
    checked_on: Mapped[date]
    by_id: Mapped[UUID] = belongs_to("user")
    well = Cell[bool]("daily_check.well", KeyDomain.NARRATIVE)
    temperature = Cell[int | None]("daily_check.temperature", KeyDomain.NARRATIVE)
    symptoms = Cell[str | None]("daily_check.symptoms", KeyDomain.NARRATIVE)

    stay: Mapped[Stay] = relationship(back_populates="checks")
