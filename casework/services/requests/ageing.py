"""Requests by age, and telling mission and desk once when one turns late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.policy import Permission
from casework.rules.ageing import age_limits, request_age
from casework.services.notices import tell
from casework.services.scopes import visible
from casework.services.work import Database, Work
from casework.vocabulary import NoticeKind, Purpose, RequestAge, RequestState, Role
from models.escalation import Escalation
from models.organisation import Organisation
from models.return_request import ReturnRequest
from models.user import User

AT_ONCE: Final = 500


def age_of(request: ReturnRequest) -> RequestAge | None:
    """How the request stands today; None in a state that has no limits."""
    return request_age(request.state, (clock.today() - request.submitted_on).days)


def at_least(age: RequestAge) -> ColumnElement[bool]:
    """Requests that stand at `age` or worse today."""
    today = clock.today()
    return or_(
        *(
            and_(
                ReturnRequest.state == state,
                ReturnRequest.submitted_on <= limits.asked_by(age, today),
            )
            for state, limits in age_limits().items()
        )
    )


def of_age(age: RequestAge) -> ColumnElement[bool]:
    """Requests that stand at exactly `age` today."""
    worse = {RequestAge.IN_TIME: RequestAge.LOOK_SOON, RequestAge.LOOK_SOON: RequestAge.LATE}
    clause = at_least(age)
    return and_(clause, ~at_least(worse[age])) if age in worse else clause


@dataclass(frozen=True)
class StateCount:
    """How many requests stand in a state, by age."""

    state: RequestState
    total: int
    in_time: int
    soon: int
    late: int


def count_by_state(work: Work, states: Sequence[RequestState]) -> list[StateCount]:
    """The actor's requests in these states by age, in one query."""
    counts: list[Any] = [func.count(case((of_age(age), 1))) for age in RequestAge]
    columns = [ReturnRequest.state, func.count(), *counts]
    rows = work.session.execute(
        select(*columns)
        .where(
            visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
            ReturnRequest.state.in_(states),
        )
        .group_by(ReturnRequest.state)
    )
    by_state = {row[0]: StateCount(*row) for row in rows}
    return [by_state[state] for state in states if state in by_state]


def count_late(work: Work) -> int:
    """How many requests that the actor may read are late."""
    statement = (
        select(func.count())
        .select_from(ReturnRequest)
        .where(
            visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
            at_least(RequestAge.LATE),
        )
    )
    return work.session.scalar(statement) or 0


@dataclass(frozen=True)
class Late:
    """How many requests of a mission are late, and since when the oldest waits."""

    mission: Organisation
    requests: int
    oldest: date


def late_by_mission(work: Work, limit: int = 10) -> list[Late]:
    """The missions with the most late requests that the actor may read."""
    count = func.count(ReturnRequest.id)
    rows = work.session.execute(
        select(Organisation, count, func.min(ReturnRequest.submitted_on))
        .join(ReturnRequest, ReturnRequest.lodged_at_id == Organisation.id)
        .where(
            visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
            at_least(RequestAge.LATE),
        )
        .group_by(Organisation.id)
        .order_by(count.desc(), Organisation.code)
        .limit(limit)
    )
    return [Late(*row) for row in rows]


def escalate_late(database: Database) -> int:
    """Tell each mission's officers and the desk of what turned late since the last time.

    One notice a mission however many requests there are, and one for the desk; never again for
    the same request in the same state. Returns how many requests turned late.
    """
    found, told = 0, set[UUID]()
    while more := _escalate_some(database, told):
        found += more
    return found


def _escalate_some(database: Database, told: set[UUID]) -> int:
    """Up to 500 of them; `told` are the missions that this sweep told already."""
    with database.writing(system_actor()) as work:
        escalated = exists().where(
            Escalation.request_id == ReturnRequest.id, Escalation.state == ReturnRequest.state
        )
        late = work.session.execute(
            select(ReturnRequest.id, ReturnRequest.state, ReturnRequest.lodged_at_id)
            .where(at_least(RequestAge.LATE), ~escalated)
            .order_by(ReturnRequest.lodged_at_id, ReturnRequest.id)
            .limit(AT_ONCE)
        ).all()
        at = clock.now()
        work.session.add_all(
            Escalation(request_id=request_id, state=state, at=at) for request_id, state, _ in late
        )
        if late:
            _tell(work, {mission for _, _, mission in late} - told, desk=not told)
            told.update(mission for _, _, mission in late)
            facts = {"requests": len(late)}
            work.record(Act("request.escalated", Purpose.RETURN_ASSISTANCE, facts=facts))
        return len(late)


def _tell(work: Work, missions: set[UUID], *, desk: bool) -> None:
    """The officers of these missions, and the desk once a sweep."""
    officer = and_(User.role == Role.CONSULAR_OFFICER, User.organisation_id.in_(missions))
    clause = or_(officer, User.role == Role.CONSULAR_DESK) if desk else officer
    tell(work, work.session.scalars(select(User).where(User.active, clause)), NoticeKind.LATE)
