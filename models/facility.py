"""Quarantine facilities, rooms, stays and daily checks."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import (
    BatchState,
    KeyDomain,
    OverstayReason,
    RoomKind,
    SampleKind,
    SampleResult,
    ShutReason,
    StayState,
)
from models.base import Cell, Record, belongs_to, code_of
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
    """A person's quarantine in one facility. Nights from `first_night` to `last_night`, both slept.

    A transfer to another facility ends one stay and opens another of the same hold there, whose
    `arrived_on` is still the day of arrival in the country. `overstay`: why it goes on too long.
    """

    __tablename__ = "stay"
    __table_args__ = (Index(None, "facility_id", "state"),)
    hold_id: Mapped[UUID] = belongs_to("hold")
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
    arrived_on: Mapped[date | None]
    reason = Cell[str | None]("stay.reason", KeyDomain.NARRATIVE)
    overstay = Cell[OverstayReason | None]("stay.overstay", KeyDomain.NARRATIVE)

    @property
    def overstay_reason(self) -> OverstayReason | None:
        """Why it goes on too long, as a code."""
        return code_of(OverstayReason, self.overstay) if self.overstay else None

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


class RoomChange(Record):
    """A person who slept in another room of the facility until the night before `moved_on`."""

    __tablename__ = "room_change"
    stay_id: Mapped[UUID] = belongs_to("stay")
    subject_id: Mapped[UUID] = belongs_to("subject")
    from_room_id: Mapped[UUID] = belongs_to("room")
    to_room_id: Mapped[UUID] = belongs_to("room")
    moved_on: Mapped[date]
    reason = Cell[str | None]("room_change.reason", KeyDomain.NARRATIVE)


class SampleBatch(Record):
    """Samples taken at a facility on one day, which go to the laboratory together."""

    __tablename__ = "sample_batch"
    __table_args__ = (UniqueConstraint("facility_id", "code"),)
    facility_id: Mapped[UUID] = belongs_to("facility")
    code: Mapped[str] = mapped_column(String(16))
    kind: Mapped[SampleKind]
    state: Mapped[BatchState]
    taken_on: Mapped[date]
    sent_at: Mapped[datetime | None]

    samples: Mapped[list["Sample"]] = relationship(back_populates="batch", order_by="Sample.number")


class Sample(Record):
    """One person's sample; its label is the batch's code and `number`, and never a name."""

    __tablename__ = "sample"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        UniqueConstraint("batch_id", "stay_id"),
    )
    batch_id: Mapped[UUID] = belongs_to("sample_batch")
    stay_id: Mapped[UUID] = belongs_to("stay")
    subject_id: Mapped[UUID] = belongs_to("subject")
    number: Mapped[int]
    answered_on: Mapped[date | None]
    result = Cell[SampleResult | None]("sample.result", KeyDomain.NARRATIVE)

    batch: Mapped[SampleBatch] = relationship(back_populates="samples", lazy="joined")
    stay: Mapped[Stay] = relationship()

    @property
    def outcome(self) -> SampleResult | None:
        """The result as a code; None until it is known."""
        return code_of(SampleResult, self.result) if self.result else None

    @property
    def label(self) -> str:
        """What stands on the tube."""
        return f"{self.batch.code}-{self.number:02d}"


class NightRate(Record):
    """What a person's night costs at a facility from a day on; no kind: in every other room."""

    __tablename__ = "night_rate"
    __table_args__ = (UniqueConstraint("facility_id", "kind", "applies_from"),)
    facility_id: Mapped[UUID] = belongs_to("facility")
    kind: Mapped[RoomKind | None]
    applies_from: Mapped[date]
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3), default="MNT")
