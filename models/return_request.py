"""Return requests, their members and scores, and the policy that orders them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import (
    Band,
    CallerRelation,
    Channel,
    DeclineReason,
    DocumentStatus,
    KeyDomain,
    Language,
    LegalBasis,
    Payer,
    PolicyState,
    Relation,
    RequestState,
    WithdrawalChannel,
    WordOf,
)
from models.base import Cell, Record, belongs_to
from models.organisation import Organisation
from models.person import Person


class ReturnRequest(Record):
    """A household's request to come home, lodged at one organisation.

    `source_reference` is the mission's own number: an import of the same number changes nothing.
    `previous_state` is where a duplicate goes back to. `payer` was assigned to pay for the tickets;
    without one it is whoever pays for the movement.
    """

    __tablename__ = "return_request"
    __table_args__ = (
        UniqueConstraint("lodged_at_id", "source_reference"),
        Index(None, "state", "submitted_on"),
    )
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    source_reference: Mapped[str | None] = mapped_column(String(64))
    lodged_at_id: Mapped[UUID] = belongs_to("organisation")
    household_id: Mapped[UUID] = belongs_to("household")
    subject_id: Mapped[UUID] = belongs_to("subject")
    created_by_id: Mapped[UUID | None] = belongs_to("user")
    channel: Mapped[Channel]
    state: Mapped[RequestState]
    previous_state: Mapped[RequestState | None]
    submitted_on: Mapped[date]
    confirmed_on: Mapped[date]
    country: Mapped[str] = mapped_column(String(2))
    home_aimag: Mapped[str | None] = mapped_column(String(8))
    payer: Mapped[Payer | None]
    language: Mapped[Language] = mapped_column(default=Language.MN)
    legal_basis: Mapped[LegalBasis]
    consent_given_on: Mapped[date | None]
    visa_expires_on: Mapped[date | None]
    decline_reason: Mapped[DeclineReason | None]
    declined_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    withdrawal_channel: Mapped[WithdrawalChannel | None]
    arrived_on: Mapped[date | None]
    city = Cell[str | None]("return_request.city")
    home_soum = Cell[str | None]("return_request.home_soum")
    note = Cell[str | None]("return_request.note", KeyDomain.NARRATIVE)
    decline_note = Cell[str | None]("return_request.decline_note", KeyDomain.NARRATIVE)
    #: who gave the word to withdraw, and in what words
    withdrawal_word = Cell[str | None]("return_request.withdrawal_word", KeyDomain.NARRATIVE)
    appeal = Cell[str | None]("return_request.appeal", KeyDomain.NARRATIVE)
    #: who called or assisted: an organisation or the police is a sign of exploitation
    caller_relation = Cell[CallerRelation | None](
        "return_request.caller_relation", KeyDomain.NARRATIVE
    )
    caller_name = Cell[str | None]("return_request.caller_name")
    caller_phone = Cell[str | None]("return_request.caller_phone")
    caller_word = Cell[WordOf | None]("return_request.caller_word", KeyDomain.NARRATIVE)

    lodged_at: Mapped[Organisation] = relationship(lazy="joined")
    members: Mapped[list["RequestMember"]] = relationship(
        back_populates="request", order_by="RequestMember.position"
    )
    score: Mapped["RequestScore | None"] = relationship(back_populates="request")


class RequestMember(Record):
    """One person of a request, with a state of their own.

    `private` hides the member from the rest of the household; `travels_apart` is an adult's own
    word, asked alone. `protection` is sealed into the compartment and never NULL.
    """

    __tablename__ = "request_member"
    __table_args__ = (
        UniqueConstraint("request_id", "person_id"),
        Index(None, "state", "asked_at"),
    )
    request_id: Mapped[UUID] = belongs_to("return_request")
    person_id: Mapped[UUID] = belongs_to("person")
    subject_id: Mapped[UUID] = belongs_to("subject")
    position: Mapped[int]
    relation: Mapped[Relation]
    state: Mapped[RequestState]
    private: Mapped[bool] = mapped_column(default=False)
    travels_apart: Mapped[bool] = mapped_column(default=False)
    #: when the adult was asked alone at arrival, whatever the answer
    asked_at: Mapped[datetime | None]
    needs = Cell[list[str]]("request_member.needs", KeyDomain.NARRATIVE)
    due_date = Cell[date | None]("request_member.due_date", KeyDomain.NARRATIVE)
    #: a confiscated passport is a sign of exploitation
    document_status = Cell[DocumentStatus | None](
        "request_member.document_status", KeyDomain.NARRATIVE
    )
    protection = Cell[bool | None]("request_member.protection", KeyDomain.TRAFFICKING)
    passport_expires_on = Cell[date | None](
        "request_member.passport_expires_on", KeyDomain.NARRATIVE
    )
    #: the emergency certificate, from the application to its last day
    certificate_applied_on = Cell[date | None](
        "request_member.certificate_applied_on", KeyDomain.NARRATIVE
    )
    certificate_expected_on = Cell[date | None](
        "request_member.certificate_expected_on", KeyDomain.NARRATIVE
    )
    certificate_issued_on = Cell[date | None](
        "request_member.certificate_issued_on", KeyDomain.NARRATIVE
    )
    certificate_valid_until = Cell[date | None](
        "request_member.certificate_valid_until", KeyDomain.NARRATIVE
    )
    multiple_pregnancy = Cell[bool | None]("request_member.multiple_pregnancy", KeyDomain.NARRATIVE)
    #: the doctor's statement on fitness to travel: its day, what it says, how many days it is good
    statement_on = Cell[date | None]("request_member.statement_on", KeyDomain.NARRATIVE)
    statement_fit = Cell[bool | None]("request_member.statement_fit", KeyDomain.NARRATIVE)
    statement_days = Cell[int | None]("request_member.statement_days", KeyDomain.NARRATIVE)

    request: Mapped[ReturnRequest] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(lazy="joined")


class PriorityPolicy(Record):
    """One version of the order of return; never changed once published."""

    __tablename__ = "priority_policy"
    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[PolicyState]
    content: Mapped[dict[str, Any]]
    published_on: Mapped[date | None]
    proposed_by_id: Mapped[UUID | None] = belongs_to("user")
    approved_by_id: Mapped[UUID | None] = belongs_to("user")


class RequestScore(Record):
    """Where a request stands under a policy on a day; the reasons are computed when shown.

    All that decides the order stands here, for the sake of its index: by `rank`, least first, then
    by day and `tie_break`.
    """

    __tablename__ = "request_score"
    __table_args__ = (Index(None, "rank", "submitted_on", "tie_break"),)
    request_id: Mapped[UUID] = belongs_to("return_request", unique=True)
    policy_id: Mapped[UUID] = belongs_to("priority_policy")
    as_of: Mapped[date]
    points: Mapped[int]
    #: reserved places first, then by points
    rank: Mapped[int]
    submitted_on: Mapped[date]
    band: Mapped[Band]
    #: medical emergency and protection share this class; nothing tells which
    reserved: Mapped[bool]
    #: published-seed order among equals
    tie_break: Mapped[int]

    request: Mapped[ReturnRequest] = relationship(back_populates="score")
