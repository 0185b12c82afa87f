"""Concerns about a worker: they go past caseworker and supervisor to the protection officer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from casework.vocabulary import ConcernKind, ConcernState, KeyDomain
from models.base import Cell, Record, belongs_to


class Concern(Record):
    """Exploitation, abuse or misuse of data, as someone told it."""

    __tablename__ = "concern"
    subject_id: Mapped[UUID] = belongs_to("subject")
    organisation_id: Mapped[UUID] = belongs_to("organisation")
    case_id: Mapped[UUID | None] = belongs_to("case")
    request_id: Mapped[UUID | None] = belongs_to("return_request")
    recorded_by_id: Mapped[UUID | None] = belongs_to("user")
    recorded_at: Mapped[datetime]
    kind: Mapped[ConcernKind]
    state: Mapped[ConcernState]
    text = Cell[str]("concern.text", KeyDomain.NARRATIVE)
    action = Cell[str | None]("concern.action", KeyDomain.NARRATIVE)
