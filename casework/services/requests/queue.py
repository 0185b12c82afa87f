"""Who travels next: waiting requests in the published order."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from casework.services.requests.states import ACTIVE
from casework.services.work import Work
from casework.vocabulary import Band, RequestState
from models.organisation import Organisation
from models.return_request import RequestMember, RequestScore, ReturnRequest

PAGE: Final = 50
#: In the order until they board: an offer or its refusal may still bring them back.
WAITING: Final = (RequestState.QUEUED, RequestState.OFFERED, RequestState.CONFIRMED)

#: How the stored columns say `casework.rules.priority.queue_key`.
IN_ORDER: Final = (
    RequestScore.reserved.desc(),
    RequestScore.points.desc(),
    ReturnRequest.submitted_on,
    RequestScore.tie_break,
    ReturnRequest.reference,
)


@dataclass(frozen=True)
class Place:
    """Where a row stands in the order; the page after it begins behind it."""

    reserved: bool
    points: int
    submitted_on: date
    tie_break: int
    reference: str

    @classmethod
    def of(cls, request: ReturnRequest) -> "Place":
        """The place of a scored request."""
        score = request.score
        assert score is not None, "a request in the queue has a score"  # noqa: S101
        return cls(
            score.reserved,
            score.points,
            request.submitted_on,
            score.tie_break,
            request.reference,
        )

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """The place written by `str`; None for anything else."""
        parts = text.split("~")
        try:
            reserved, points, day, tie, reference = parts
            return cls(reserved == "1", int(points), date.fromisoformat(day), int(tie), reference)
        except ValueError:
            return None

    def __str__(self) -> str:
        fields = (int(self.reserved), self.points, self.submitted_on, self.tie_break)
        return "~".join([*map(str, fields), self.reference])

    def behind(self) -> ColumnElement[bool]:
        """Rows that come after this place."""
        steps: list[tuple[Any, Any, bool]] = [
            (RequestScore.reserved, self.reserved, True),
            (RequestScore.points, self.points, True),
            (ReturnRequest.submitted_on, self.submitted_on, False),
            (RequestScore.tie_break, self.tie_break, False),
            (ReturnRequest.reference, self.reference, False),
        ]
        clauses: list[ColumnElement[bool]] = []
        same: list[ColumnElement[bool]] = []
        for column, value, descending in steps:
            clauses.append(and_(*same, column < value if descending else column > value))
            same.append(column == value)
        return or_(*clauses)


@dataclass(frozen=True)
class QueuedRequest:
    """A line of the queue, without anything personal."""

    reference: str
    mission: str
    band: Band
    points: int
    people: int
    submitted_on: date


def read_queue(work: Work, limit: int | None = None) -> list[QueuedRequest]:
    """Everybody in state queued, in order, for the command line: no personal data."""
    people = (
        select(func.count())
        .where(RequestMember.request_id == ReturnRequest.id, RequestMember.state.in_(ACTIVE))
        .scalar_subquery()
    )
    statement = (
        select(
            ReturnRequest.reference,
            Organisation.code,
            RequestScore.band,
            RequestScore.points,
            people,
            ReturnRequest.submitted_on,
        )
        .join(RequestScore, RequestScore.request_id == ReturnRequest.id)
        .join(Organisation, Organisation.id == ReturnRequest.lodged_at_id)
        .where(ReturnRequest.state == RequestState.QUEUED)
        .order_by(*IN_ORDER)
        .limit(limit)
    )
    return [QueuedRequest(*row) for row in work.session.execute(statement)]
