"""Where requests stand: the score of a day, kept beside each request so that lists need no sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.rules.priority import (
    MemberFacts,
    Policy,
    RequestFacts,
    Score,
    score,
    tie_break,
)
from casework.services.policies import published_policy
from casework.services.requests.reading import HIDDEN_NEEDS
from casework.services.requests.states import active_members
from casework.services.work import Database, Work
from casework.vocabulary import Need, Purpose, RequestState
from models.return_request import RequestMember, RequestScore, ReturnRequest

#: Requests whose place in the order matters to somebody.
SCORED: Final = (
    RequestState.SUBMITTED,
    RequestState.VERIFIED,
    RequestState.QUEUED,
    RequestState.OFFERED,
    RequestState.CONFIRMED,
)
BATCH: Final = 500
#: The published number has 64 bits; a column keeps its first 31, which order alike.
BITS_DROPPED: Final = 33
#: More points than anybody has: a reserved place comes before any number of them.
BEHIND_RESERVED: Final = 1_000_000


@dataclass(frozen=True)
class Order:
    """The policy in force and the day it is applied on."""

    policy_id: UUID
    policy: Policy
    on: date


def order_today(work: Work) -> Order:
    """The published policy, today."""
    row, policy = published_policy(work)
    return Order(row.id, policy, clock.today())


def score_of(
    work: Work,
    request: ReturnRequest,
    order: Order,
    members: Sequence[RequestMember] | None = None,
) -> Score:
    """The score of a request, with its reasons; reading for it shows nobody anything.

    `members` are those who still travel unless others are given.
    """
    counted = active_members(request) if members is None else members
    with work.unseen():
        return score(request_facts(request, counted), order.policy, order.on)


def told_score(request: ReturnRequest, order: Order, members: Sequence[RequestMember]) -> Score:
    """The score that `members` alone give the request, for a reader: their cells count as read.

    Without protection and violence, whose answers are sealed: its reserved place is a medical
    emergency that its own criteria explain.
    """
    return score(_facts(request, map(_told_facts, members)), order.policy, order.on)


def store_score(
    work: Work,
    request: ReturnRequest,
    order: Order,
    members: Sequence[RequestMember] | None = None,
) -> RequestScore:
    """Keep the score of `request`; the caller's entry accounts for the row."""
    found = score_of(work, request, order, members)
    row = request.score
    if row is None:
        row = RequestScore(request_id=request.id)
        row.tie_break = tie_break(request.reference, order.policy.tie_seed) >> BITS_DROPPED
        request.score = row
        work.session.add(row)
    elif row.policy_id != order.policy_id:
        row.tie_break = tie_break(request.reference, order.policy.tie_seed) >> BITS_DROPPED
    row.policy_id, row.as_of = order.policy_id, order.on
    row.points, row.band, row.reserved = found.points, found.band, found.reserved
    row.rank, row.submitted_on = rank_of(found), request.submitted_on
    return row


def rank_of(found: Score) -> int:
    """Where the score puts a request: reserved places first, then most points; least is first."""
    return (0 if found.reserved else BEHIND_RESERVED) - found.points


def refresh_scores(database: Database) -> int:
    """Bring every kept score up to today's day and policy, as the system; returns how many.

    Each batch commits by itself, so that nobody waits long to save.
    """
    done = 0
    while True:
        with database.writing(system_actor()) as work:
            order = order_today(work)
            stale = _stale_requests(work, order)
            for request in stale:
                store_score(work, request, order)
            if not stale:
                return done
            done += len(stale)
            work.record(
                Act(
                    "request.scores_refreshed",
                    Purpose.RETURN_ASSISTANCE,
                    facts={
                        "requests": len(stale),
                        "day": order.on.isoformat(),
                        "policy": order.policy.version,
                    },
                    cause=str(order.policy_id),
                )
            )


def scores_are_stale(work: Work) -> bool:
    """Whether any kept score is of another day or policy."""
    order = order_today(work)
    statement = (
        select(ReturnRequest.id)
        .select_from(RequestScore)
        .join(ReturnRequest, ReturnRequest.id == RequestScore.request_id)
        .where(*_stale(order))
        .limit(1)
    )
    return work.session.scalar(statement) is not None


def _stale(order: Order) -> tuple[ColumnElement[bool], ...]:
    """Old and still of use; the function keeps the database from starting at the states."""
    old = or_(RequestScore.as_of != order.on, RequestScore.policy_id != order.policy_id)
    return old, func.coalesce(ReturnRequest.state, "").in_([str(each) for each in SCORED])


def _stale_requests(work: Work, order: Order) -> Sequence[ReturnRequest]:
    statement = (
        select(ReturnRequest)
        .join(RequestScore)
        .where(*_stale(order))
        .options(selectinload(ReturnRequest.members), selectinload(ReturnRequest.score))
        .limit(BATCH)
    )
    return work.session.scalars(statement).all()


def request_facts(request: ReturnRequest, members: Sequence[RequestMember]) -> RequestFacts:
    """What the policy may know of a request with these members."""
    return _facts(request, map(_member_facts, members))


def _told_facts(member: RequestMember) -> MemberFacts:
    return MemberFacts(
        birth_date=member.person.birth_date,
        needs=frozenset(map(Need, member.needs)) - HIDDEN_NEEDS,
        due_date=member.due_date,
    )


def _member_facts(member: RequestMember) -> MemberFacts:
    hidden = HIDDEN_NEEDS & frozenset(map(Need, member.needs))
    return replace(_told_facts(member), reserved=bool(hidden) or bool(member.protection))


def _facts(request: ReturnRequest, members: Iterable[MemberFacts]) -> RequestFacts:
    return RequestFacts(
        submitted_on=request.submitted_on,
        visa_expires_on=request.visa_expires_on,
        members=tuple(members),
    )
