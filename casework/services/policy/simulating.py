"""Today's queue under a proposed policy: read by the machine alone, told in groups."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from casework import clock
from casework.policy import Permission
from casework.rules.policy_moves import Grouping, Simulation, Waiting, compare
from casework.rules.priority import Policy
from casework.services.access import require
from casework.services.policies import published_policy
from casework.services.requests.queue import WAITING
from casework.services.requests.scoring import request_facts
from casework.services.requests.states import active_members
from casework.services.work import Work
from casework.vocabulary import ActorKind
from models.return_request import RequestMember, ReturnRequest

AT_ONCE: Final = 500


def simulate(work: Work, proposed: Policy) -> Simulation:
    """Who would move, today, if `proposed` were in force; nothing changes."""
    if work.actor.kind is not ActorKind.COMMAND:
        require(work, Permission.PRIORITY_POLICY_PUBLISH)
    _, current = published_policy(work)
    with work.unseen():
        return compare(_queue(work), current, proposed, clock.today())


def _queue(work: Work) -> Iterator[Waiting]:
    statement = select(ReturnRequest.id).where(ReturnRequest.state.in_(WAITING))
    ids = work.session.scalars(statement.order_by(ReturnRequest.id)).all()
    for start in range(0, len(ids), AT_ONCE):
        yield from map(_waiting, _loaded(work, ids[start : start + AT_ONCE]))


def _loaded(work: Work, ids: Sequence[UUID]) -> Sequence[ReturnRequest]:
    members = selectinload(ReturnRequest.members).options(joinedload(RequestMember.person))
    statement = select(ReturnRequest).where(ReturnRequest.id.in_(ids)).options(members)
    requests = work.session.scalars(statement).all()
    work.keyring.load({one.subject_id for request in requests for one in request.members})
    return requests


def _waiting(request: ReturnRequest) -> Waiting:
    members = active_members(request)
    groups: dict[Grouping, frozenset[Any]] = {
        Grouping.COUNTRY: frozenset({request.country}),
        Grouping.SIZE: frozenset({_size(len(members))}),
        Grouping.SEX: frozenset(member.person.sex for member in members),
        Grouping.AGE: frozenset(member.person.age_band for member in members),
    }
    return Waiting(request.reference, request_facts(request, members), groups)


def _size(people: int) -> str:
    if people <= 2:
        return str(people)
    return "3-4" if people <= 4 else "5+"
