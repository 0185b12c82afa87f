"""Today's queue under a proposed policy: read by the machine alone, told in groups."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from casework import clock
from casework.policy import Permission
from casework.rules.policy_moves import Grouping, Simulation, Waiting, compare
from casework.rules.priority import Policy
from casework.services.access import require
from casework.services.jobs import Task, ask_job, latest_job
from casework.services.policies import published_policy
from casework.services.policy.publishing import digest
from casework.services.requests.queue import WAITING
from casework.services.requests.scoring import request_facts
from casework.services.requests.states import active_members
from casework.services.work import Work
from casework.vocabulary import ActorKind
from models.return_request import PriorityPolicy, RequestMember, ReturnRequest
from models.work import Job

SIMULATE: Final = "policy.simulate"
AT_ONCE: Final = 500
#: Told how many of how many requests were looked at.
Watch = Callable[[int, int], None]


def ask_simulation(work: Work, version: PriorityPolicy) -> Job:
    """Ask a worker who would move; InvalidTransition while that is under way."""
    arguments = {"digest": digest(version)}
    return ask_job(work, SIMULATE, version.id, Permission.PRIORITY_POLICY_PUBLISH, arguments)


def latest_simulation(work: Work, version: PriorityPolicy) -> Job | None:
    """The actor's latest simulation of the settings as they are now."""
    job = latest_job(work, SIMULATE, version.id)
    return job if job is not None and job.arguments["digest"] == digest(version) else None


def simulate_job(task: Task) -> dict[str, Any]:
    """Who would move, as JSON."""
    with task.database.reading(task.actor) as work:
        version = work.session.get_one(PriorityPolicy, task.record_id)
        return simulate(work, Policy.parse(version.content), task.watch).as_dict()


def _unwatched(_done: int, _of: int) -> None:
    """Nobody looks on."""


def simulate(work: Work, proposed: Policy, watch: Watch = _unwatched) -> Simulation:
    """Who would move, today, if `proposed` were in force; nothing changes."""
    if work.actor.kind is not ActorKind.COMMAND:
        require(work, Permission.PRIORITY_POLICY_PUBLISH)
    _, current = published_policy(work)
    with work.unseen():
        return compare(_queue(work, watch), current, proposed, clock.today())


def _queue(work: Work, watch: Watch) -> Iterator[Waiting]:
    """The reading ends before each report, which writes: on SQLite one would wait for the other."""
    statement = select(ReturnRequest.id).where(ReturnRequest.state.in_(WAITING))
    ids = work.session.scalars(statement.order_by(ReturnRequest.id)).all()
    for start in range(0, len(ids), AT_ONCE):
        work.end()
        watch(start, len(ids))
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
