"""Referrals as a closed loop, and the directory of services."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import (
    ConsentPurpose,
    KeyDomain,
    ReferralDecline,
    ReferralState,
    ServiceKind,
    Urgency,
)
from models.base import Cell, Record, belongs_to
from models.case import Case
from models.organisation import Organisation
from models.person import Person


class Referral(Record):
    """One person referred from one organisation to another for a service.

    `snapshot` holds only the consented fields, frozen when sent; the recipient reads it until the
    referral ends. `acknowledge_by` and `accept_by` are its two clocks.
    """

    __tablename__ = "referral"
    number: Mapped[str] = mapped_column(String(32), unique=True)
    case_id: Mapped[UUID] = belongs_to("case")
    person_id: Mapped[UUID] = belongs_to("person")
    subject_id: Mapped[UUID] = belongs_to("subject")
    from_organisation_id: Mapped[UUID] = belongs_to("organisation")
    to_organisation_id: Mapped[UUID] = belongs_to("organisation")
    consent_id: Mapped[UUID | None] = belongs_to("consent")
    purpose: Mapped[ConsentPurpose]
    state: Mapped[ReferralState]
    urgency: Mapped[Urgency]
    created_by_id: Mapped[UUID] = belongs_to("user")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    acknowledge_by: Mapped[datetime | None]
    accept_by: Mapped[datetime | None]
    #: who of the receiving organisation answers it
    assigned_to_id: Mapped[UUID | None] = belongs_to("user")
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = belongs_to("user")
    appointment_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    decline_reason: Mapped[ReferralDecline | None]
    service = Cell[ServiceKind]("referral.service", KeyDomain.NARRATIVE)
    reason = Cell[str]("referral.reason", KeyDomain.NARRATIVE)
    #: why it goes without consent: {"ground", "reason", "categories"}
    without_consent = Cell[dict[str, Any] | None]("referral.without_consent", KeyDomain.NARRATIVE)
    snapshot = Cell[dict[str, Any] | None]("referral.snapshot", KeyDomain.NARRATIVE)
    outcome = Cell[str | None]("referral.outcome", KeyDomain.NARRATIVE)

    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship()
    from_organisation: Mapped[Organisation] = relationship(
        foreign_keys=[from_organisation_id], lazy="joined"
    )
    to_organisation: Mapped[Organisation] = relationship(
        foreign_keys=[to_organisation_id], lazy="joined"
    )
    events: Mapped[list["ReferralEvent"]] = relationship(
        back_populates="referral", order_by="ReferralEvent.at"
    )


class ReferralEvent(Record):
    """One step of a referral."""

    __tablename__ = "referral_event"
    referral_id: Mapped[UUID] = belongs_to("referral")
    subject_id: Mapped[UUID] = belongs_to("subject")
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = belongs_to("user")
    from_state: Mapped[ReferralState | None]
    to_state: Mapped[ReferralState]
    note = Cell[str | None]("referral_event.note", KeyDomain.NARRATIVE)

    referral: Mapped[Referral] = relationship(back_populates="events")


class DirectoryEntry(Record):
    """A service that an organisation offers; stale when not verified for 90 days."""

    __tablename__ = "directory_entry"
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    service: Mapped[ServiceKind]
    description: Mapped[str] = mapped_column(Text)
    description_mn: Mapped[str] = mapped_column(Text)
    eligibility: Mapped[str] = mapped_column(Text)
    eligibility_mn: Mapped[str] = mapped_column(Text)
    aimag: Mapped[str | None] = mapped_column(String(8))
    soum: Mapped[str | None] = mapped_column(String(8))
    capacity: Mapped[int | None]
    hours: Mapped[str] = mapped_column(String(100))
    #: of the service's desk, not of a person
    phone: Mapped[str] = mapped_column(String(40))
    languages: Mapped[list[str]]
    last_verified_on: Mapped[date]
    active: Mapped[bool] = mapped_column(default=True)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
