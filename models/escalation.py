"""What was told of a request that turned late."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from casework.vocabulary import RequestState
from models.base import Record, belongs_to


class Escalation(Record):
    """Mission and desk were told that this request is late in this state; once."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("request_id", "state"),)
    request_id: Mapped[UUID] = belongs_to("return_request")
    state: Mapped[RequestState]
    at: Mapped[datetime]
