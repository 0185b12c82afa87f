"""What came from the public pages, for the missions: requests to verify, and what was told."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework import clock
from casework.errors import NotFound
from casework.policy import Permission
from casework.services.access import allowed, require
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import Channel, Purpose, RequestState, TellingKind
from models.public import Telling
from models.return_request import ReturnRequest

PAGE: Final = 100


def _mine(work: Work) -> ColumnElement[bool]:
    return visible(work.actor, Permission.RETURN_REQUEST_VERIFY, ReturnRequest)


def to_verify(work: Work) -> Sequence[ReturnRequest]:
    """Requests of the public form that nobody verified yet, oldest first."""
    statement = (
        select(ReturnRequest)
        .where(_mine(work), *_new())
        .order_by(ReturnRequest.submitted_on, ReturnRequest.reference)
        .limit(PAGE)
    )
    return work.session.scalars(statement).all()


def _new() -> tuple[ColumnElement[bool], ...]:
    return (
        ReturnRequest.channel == Channel.PUBLIC_FORM,
        ReturnRequest.state == RequestState.SUBMITTED,
    )


def not_seen(work: Work) -> Sequence[Telling]:
    """What people told and nobody looked at yet, oldest first."""
    statement = (
        select(Telling)
        .join(ReturnRequest, ReturnRequest.id == Telling.request_id)
        .where(_mine(work), Telling.seen_at.is_(None))
        .options(joinedload(Telling.request))
        .order_by(Telling.at, Telling.id)
        .limit(PAGE)
    )
    return work.session.scalars(statement).all()


def other_numbers(work: Work, told: Sequence[Telling]) -> dict[UUID, str]:
    """The references, by id, of requests of any mission that look the same as one's own."""
    ids = {one.other_id for one in told if one.other_id}
    statement = select(ReturnRequest.id, ReturnRequest.reference).where(ReturnRequest.id.in_(ids))
    with work.beyond("the number is all that is told of the other request: ask its mission"):
        return {row[0]: row[1] for row in work.session.execute(statement)} if ids else {}


def count_told(work: Work) -> int:
    """How many things wait for the actor: requests to verify, and what was told that she closes."""
    new = select(func.count()).select_from(ReturnRequest).where(_mine(work), *_new())
    told = (
        select(func.count())
        .select_from(Telling)
        .join(ReturnRequest, ReturnRequest.id == Telling.request_id)
        .where(_mine(work), Telling.seen_at.is_(None), _closed_by(work))
    )
    return (work.session.scalar(new) or 0) + (work.session.scalar(told) or 0)


def _closed_by(work: Work) -> ColumnElement[bool]:
    decides = visible(work.actor, Permission.RETURN_REQUEST_DECIDE_APPEAL, ReturnRequest)
    return or_(Telling.kind != TellingKind.APPEAL, decides)


def telling_of(request: ReturnRequest, telling_id: UUID, work: Work) -> Telling:
    """What was told of this request; NotFound otherwise."""
    found = work.session.get(Telling, telling_id)
    if found is None or found.request_id != request.id:
        raise NotFound
    return found


def may_close(work: Work, told: Sequence[Telling]) -> set[UUID]:
    """The ids of what the actor may mark as done: an appeal is for who decides about it."""
    return {one.id for one in told if allowed(work, _closing(one), one.request)}


def _closing(telling: Telling) -> Permission:
    if telling.kind is TellingKind.APPEAL:
        return Permission.RETURN_REQUEST_DECIDE_APPEAL
    return Permission.RETURN_REQUEST_VERIFY


def mark_seen(work: Work, telling: Telling) -> None:
    """Who answers for it looked at it and did what was needed."""
    require(work, _closing(telling), telling.request)
    if telling.seen_at is None:
        telling.seen_at, telling.seen_by_id = clock.now(), work.actor.id
        facts = {"kind": telling.kind.value}
        work.record(Act("telling.seen", Purpose.RETURN_ASSISTANCE, facts=facts))
