"""Reading requests: the list of a mission, the members a reader may see, what happened."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from casework import clock
from casework.messages import N_, Message
from casework.policy import Facts, Permission, Side, can
from casework.services.requests.ageing import of_age
from casework.services.requests.states import ACTIVE
from casework.services.scopes import visible
from casework.services.users import users_by_id
from casework.services.work import Work
from casework.vocabulary import (
    CallerRelation,
    DeclineReason,
    Need,
    RequestAge,
    RequestState,
    WithdrawalChannel,
    WordOf,
)
from models.audit import AuditEntry, AuditSubject
from models.base import code_of
from models.case import Case, CasePerson
from models.return_request import RequestMember, ReturnRequest

PAGE: Final = 50
OLDEST_FIRST: Final = (ReturnRequest.submitted_on, ReturnRequest.reference)
#: Data older than this should be confirmed with the person.
CONFIRM_AFTER: Final = timedelta(days=30)

#: Never in a list or a tag: violence and protection ask for a reserved place, and a page that
#: showed one would tell the other.
HIDDEN_NEEDS: Final = frozenset({Need.VIOLENCE, Need.PROTECTION})


@dataclass(frozen=True)
class After:
    """Where the page before ended."""

    submitted_on: date
    reference: str

    @classmethod
    def parse(cls, text: str) -> "After | None":
        """The place written by `str`; None for anything else."""
        day, _, reference = text.partition("~")
        try:
            return cls(date.fromisoformat(day), reference)
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.submitted_on}~{self.reference}"


@dataclass(frozen=True)
class RequestPage:
    """Requests, oldest first, whom the reader may see of each, and where the next page begins."""

    requests: Sequence[ReturnRequest]
    members: dict[UUID, list[RequestMember]]
    after: After | None


def list_requests(
    work: Work,
    state: RequestState | None = None,
    after: After | None = None,
    age: RequestAge | None = None,
) -> RequestPage:
    """Fifty requests that the actor may read, oldest first; of the active states by default."""
    states = [state] if state else ACTIVE
    statement = (
        select(ReturnRequest.id)
        .where(
            visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
            ReturnRequest.state.in_(states),
        )
        .order_by(*OLDEST_FIRST)
        .limit(PAGE + 1)
    )
    if age is not None:
        statement = statement.where(of_age(age))
    if after is not None:
        statement = statement.where(
            or_(
                ReturnRequest.submitted_on > after.submitted_on,
                and_(
                    ReturnRequest.submitted_on == after.submitted_on,
                    ReturnRequest.reference > after.reference,
                ),
            )
        )
    ids = work.session.scalars(statement).all()
    shown = work.session.scalars(
        select(ReturnRequest)
        .where(ReturnRequest.id.in_(ids[:PAGE]))
        .options(selectinload(ReturnRequest.members))
        .order_by(*OLDEST_FIRST)
    ).all()
    more = After(shown[-1].submitted_on, shown[-1].reference) if len(ids) > PAGE else None
    return RequestPage(shown, members_shown(work, shown), more)


def to_confirm(work: Work, limit: int = 10) -> tuple[int, Sequence[ReturnRequest]]:
    """Requests whose data nobody confirmed for a month: how many, and the oldest."""
    where = (
        visible(work.actor, Permission.RETURN_REQUEST_UPDATE, ReturnRequest),
        ReturnRequest.state.in_([state for state in ACTIVE if state is not RequestState.DRAFT]),
        ReturnRequest.confirmed_on < clock.today() - CONFIRM_AFTER,
    )
    count = work.session.scalar(select(func.count()).select_from(ReturnRequest).where(*where))
    oldest = work.session.scalars(
        select(ReturnRequest)
        .where(*where)
        .order_by(ReturnRequest.confirmed_on, ReturnRequest.reference)
        .limit(limit)
    )
    return count or 0, oldest.all()


def days_waiting(request: ReturnRequest) -> int:
    """Days since the household asked."""
    return max(0, (clock.today() - request.submitted_on).days)


def shown_members(work: Work, request: ReturnRequest) -> list[RequestMember]:
    """The members the actor may see; see `members_shown`."""
    return members_shown(work, [request])[request.id]


def members_shown(work: Work, requests: Sequence[ReturnRequest]) -> dict[UUID, list[RequestMember]]:
    """The members the actor may see of each request, by its id.

    Whoever reads the request itself sees everybody; who reads it only because of a case sees the
    people of that case.
    """
    linked = [request.id for request in requests if not _read_itself(work, request)]
    known = _people_of_readable_cases(work, linked) if linked else set()
    return {
        request.id: [
            member
            for member in request.members
            if request.id not in linked or (request.id, member.person_id) in known
        ]
        for request in requests
    }


def _read_itself(work: Work, request: ReturnRequest) -> bool:
    lodged = frozenset({request.lodged_at_id})
    draft = request.state is RequestState.DRAFT
    facts = Facts(
        side=Side.RETURN,
        lodged_at=request.lodged_at_id,
        organisations=lodged,
        holders=lodged,
        draft_of=request.created_by_id if draft else None,
        request_id=request.id,
    )
    return can(work.actor, Permission.RETURN_REQUEST_READ, facts)


def _people_of_readable_cases(work: Work, request_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """(request, person) of every case behind these requests that the actor may read."""
    statement = (
        select(ReturnRequest.id, CasePerson.person_id)
        .join(Case, Case.request_id == ReturnRequest.id)
        .join(CasePerson, CasePerson.case_id == Case.id)
        .where(ReturnRequest.id.in_(request_ids), visible(work.actor, Permission.CASE_READ, Case))
    )
    return {(row[0], row[1]) for row in work.session.execute(statement)}


def needs_shown(member: RequestMember) -> list[Need]:
    """The needs that may stand in a tag."""
    return [need for need in map(Need, member.needs) if need not in HIDDEN_NEEDS]


@dataclass(frozen=True, repr=False)
class Caller:
    """Who called or assisted, the number to call back, and on whose word the data are."""

    relation: CallerRelation | None
    name: str | None
    phone: str | None
    word: WordOf | None


def caller_of(request: ReturnRequest) -> Caller | None:
    """Who called or assisted with the request; None when nobody was written down."""
    relation, name = request.caller_relation, request.caller_name
    phone, word = request.caller_phone, request.caller_word
    if not any((relation, name, phone, word)):
        return None
    return Caller(
        code_of(CallerRelation, relation) if relation else None,
        name,
        phone,
        code_of(WordOf, word) if word else None,
    )


@dataclass(frozen=True)
class Happening:
    """One entry of the log about a request, as its page tells it."""

    at: datetime
    what: Message
    who: str
    why: DeclineReason | WithdrawalChannel | None


_EVENTS: Final = {
    "request.registered": N_("Registered"),
    "request.imported": N_("Imported from the mission's list"),
    "request.changed": N_("Changed"),
    "request.verified": N_("Verified"),
    "request.queued": N_("Put in the queue"),
    "request.offered": N_("Journey offered"),
    "request.confirmed": N_("Offer accepted"),
    "request.travelling": N_("Departed"),
    "request.arrived": N_("Arrived"),
    "request.withdrawn": N_("Withdrawn on the person's own word"),
    "request.declined": N_("Declined"),
    "request.appeal_upheld": N_("Appeal upheld"),
    "request.own_means": N_("Came home by own means"),
    "request.duplicate": N_("Put aside as a duplicate"),
    "request.restored": N_("Restored"),
    "request.data_confirmed": N_("Data confirmed by the person"),
}


def history(work: Work, request: ReturnRequest) -> list[Happening]:
    """What happened to the request, newest first."""
    entries = work.session.scalars(
        select(AuditEntry)
        .join(AuditSubject, AuditSubject.id == AuditEntry.id)
        .where(
            AuditSubject.subject_id == request.subject_id,
            AuditEntry.event.in_(_EVENTS),
        )
        .order_by(AuditEntry.at.desc())
        .limit(100)
    ).all()
    names = _names(work, {entry.actor_id for entry in entries if entry.actor_id})
    return [
        Happening(
            entry.at,
            Message(_EVENTS[entry.event]),
            names.get(entry.actor_id, ""),
            _reason(json.loads(entry.body)["facts"]),
        )
        for entry in entries
    ]


def _names(work: Work, user_ids: set[UUID]) -> dict[UUID | None, str]:
    users = users_by_id(work, user_ids)
    with work.unseen():
        return {user.id: user.name for user in users.values()}


def _reason(facts: dict[str, Any]) -> DeclineReason | WithdrawalChannel | None:
    code = facts.get("reason")
    for codes in (DeclineReason, WithdrawalChannel):
        if code in [each.value for each in codes]:
            return codes(code)
    return None
