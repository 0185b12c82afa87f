"""Who travels next: waiting requests in the published order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, selectinload

from casework import clock
from casework.policy import Permission
from casework.services.policies import published_policy
from casework.services.requests.states import ACTIVE
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import Band, RequestState
from models.organisation import Organisation
from models.return_request import RequestMember, RequestScore, ReturnRequest

PAGE: Final = 50
#: In the order until they board: an offer or its refusal may still bring them back.
WAITING: Final = (RequestState.QUEUED, RequestState.OFFERED, RequestState.CONFIRMED)

#: How the stored columns say `casework.rules.priority.queue_key`.
_PLACE: Final = (RequestScore.rank, RequestScore.submitted_on, RequestScore.tie_break)
IN_ORDER: Final = (*_PLACE, ReturnRequest.reference)


def _stored(text: str) -> int:
    """A whole number that fits its column; ValueError for anything else."""
    number = int(text)
    if abs(number) >= 2**31:
        raise ValueError
    return number


@dataclass(frozen=True)
class Place:
    """Where a row stands in the order; the page after it begins behind it."""

    rank: int
    submitted_on: date
    tie_break: int
    reference: str

    @classmethod
    def of(cls, request: ReturnRequest) -> "Place":
        """The place of a scored request."""
        score = request.score
        assert score is not None, "a request in the queue has a score"  # noqa: S101
        return cls(score.rank, score.submitted_on, score.tie_break, request.reference)

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """The place written by `str`; None for anything else."""
        try:
            rank, day, tie, reference = text.split("~")
            return cls(_stored(rank), date.fromisoformat(day), _stored(tie), reference)
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.rank}~{self.submitted_on}~{self.tie_break}~{self.reference}"

    def behind(self) -> ColumnElement[bool]:
        """Rows that come after this place; the first clause is where the index is entered."""
        place, here = tuple_(*_PLACE), (self.rank, self.submitted_on, self.tie_break)
        return and_(place >= here, or_(place > here, ReturnRequest.reference > self.reference))


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


@dataclass(frozen=True)
class QueuePage:
    """Waiting requests in order, and where the next page begins."""

    requests: Sequence[ReturnRequest]
    after: Place | None


def queue_page(
    work: Work,
    *,
    country: str | None = None,
    band: Band | None = None,
    after: Place | None = None,
) -> QueuePage:
    """Fifty waiting requests that the actor may read, with members and scores, in order."""
    where: list[ColumnElement[bool]] = [*_waiting(work)]
    if country:
        where.append(ReturnRequest.country == country)
    if band:
        where.append(RequestScore.band == band)
    if after:
        where.append(after.behind())
    in_order = (
        select(ReturnRequest.id)
        .select_from(RequestScore)
        .join(ReturnRequest, ReturnRequest.id == RequestScore.request_id)
        .where(*where)
        .order_by(*IN_ORDER)
        .limit(PAGE + 1)
    )
    ids = work.session.scalars(in_order).all()
    shown = _with_members(work, ids[:PAGE])
    return QueuePage(shown, Place.of(shown[-1]) if len(ids) > PAGE else None)


def _with_members(work: Work, ids: Sequence[UUID]) -> list[ReturnRequest]:
    """Requests in the order of `ids`, with scores and members."""
    statement = (
        select(ReturnRequest)
        .join(ReturnRequest.score)
        .where(ReturnRequest.id.in_(ids))
        .options(contains_eager(ReturnRequest.score), selectinload(ReturnRequest.members))
    )
    by_id = {request.id: request for request in work.session.scalars(statement)}
    return [by_id[request_id] for request_id in ids]


@dataclass(frozen=True)
class QueueFigures:
    """How many wait. `longest` is in days."""

    households: int
    people: int
    offered: int
    by_band: dict[Band, int]
    longest: int
    policy: int
    published_on: date | None


def queue_figures(work: Work) -> QueueFigures:
    """The whole queue in numbers, from columns in clear."""
    waiting = _waiting(work)
    rows = work.session.execute(
        select(
            RequestScore.band,
            ReturnRequest.state,
            func.count(),
            func.min(ReturnRequest.submitted_on),
        )
        .join(RequestScore, RequestScore.request_id == ReturnRequest.id)
        .where(*waiting)
        .group_by(RequestScore.band, ReturnRequest.state)
    ).all()
    people = work.session.scalar(
        select(func.count())
        .select_from(RequestMember)
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .where(*waiting, RequestMember.state.in_(WAITING))
    )
    by_band: dict[Band, int] = dict.fromkeys(Band, 0)
    for band, _state, count, _first in rows:
        by_band[band] += count
    policy, _ = published_policy(work)
    first = min((row[3] for row in rows), default=clock.today())
    return QueueFigures(
        households=sum(by_band.values()),
        people=people or 0,
        offered=sum(count for _, state, count, _ in rows if state is RequestState.OFFERED),
        by_band=by_band,
        longest=max(0, (clock.today() - first).days),
        policy=policy.number,
        published_on=policy.published_on,
    )


def waiting_countries(work: Work) -> list[str]:
    """Countries somebody waits in, by code."""
    statement = select(ReturnRequest.country).where(*_waiting(work)).distinct()
    return sorted(work.session.scalars(statement))


def _waiting(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Readable and waiting.

    The state stands inside a function so that the database does not start from it: it walks the
    scores in their order, and stops after a page.
    """
    readable = visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest)
    return readable, func.coalesce(ReturnRequest.state, "").in_([str(each) for each in WAITING])
