"""The register of requests of the person: taking one in, and its way to an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.subject_requests import OPEN, deadlines
from casework.rules.workflow import SUBJECT_REQUEST
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.notices import officers, tell
from casework.services.protection.officers import watching_organisation
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import (
    AskedBy,
    ExtensionReason,
    IdentityCheck,
    NoticeKind,
    Purpose,
    RequestRefusal,
    Role,
    SubjectRequestKind,
    SubjectRequestState,
)
from models.case import Case
from models.organisation import Organisation
from models.person import Person
from models.return_request import ReturnRequest
from models.rights import SubjectRequest
from models.user import User

PAGE = 50
About = Case | ReturnRequest | None


@dataclass(frozen=True, repr=False)
class Asked:
    """What somebody asks. `proposal`: for a correction, the right value by field of the person."""

    kind: SubjectRequestKind
    asked_by: AskedBy
    received_on: date
    asker: str = ""
    words: str = ""
    proposal: Mapping[str, str] = field(default_factory=dict)


def register(work: Work, person: Person, asked: Asked, about: About = None) -> SubjectRequest:
    """Take in a request and tell the protection officer.

    `about` is the record on which its author may read the person; without one only a protection
    officer registers, who found the person by a number. Raises InvalidInput for what is missing.
    """
    if about is None:
        require(work, Permission.SUBJECT_REQUEST_FULFIL)
    else:
        require(work, Permission.SUBJECT_REQUEST_REGISTER, about)
    _check(asked)
    with work.beyond("a request of the person goes to the protection officer's register"):
        organisation = _keeper(work, about)
        row = _row(work, person, asked, organisation)
        work.session.add(row)
    tell(work, officers(work, organisation.id), NoticeKind.SUBJECT_REQUEST, record_id=row.id)
    facts = {
        "number": row.number,
        "kind": row.kind.value,
        "asked_by": row.asked_by.value,
        "due": row.due_on.isoformat(),
    }
    _record(work, "subject_request.registered", Permission.SUBJECT_REQUEST_REGISTER, row, facts)
    return row


def _check(asked: Asked) -> None:
    if asked.received_on > clock.today():
        raise InvalidInput(N_("The day it came cannot be in the future."), "received_on")
    if asked.asked_by is not AskedBy.PERSON and not asked.asker:
        raise InvalidInput(N_("Say who asks, and what shows that they may."), "asker")
    correction = asked.kind is SubjectRequestKind.CORRECTION
    if correction and not (asked.proposal or asked.words):
        raise InvalidInput(N_("Say what is wrong and what is right."), "words")


def _keeper(work: Work, about: About) -> Organisation:
    concerned: UUID | None = work.actor.organisation_id
    if isinstance(about, Case):
        concerned = about.organisation_id
    elif isinstance(about, ReturnRequest):
        concerned = about.lodged_at_id
    found = watching_organisation(work, concerned)
    if found is None:
        raise InvalidInput(N_("There is no protection officer to receive this request."))
    return found


def _row(work: Work, person: Person, asked: Asked, keeper: Organisation) -> SubjectRequest:
    correction = asked.kind is SubjectRequestKind.CORRECTION
    row = SubjectRequest(
        number=_next_number(work),
        kind=asked.kind,
        state=SubjectRequestState.RECEIVED,
        asked_by=asked.asked_by,
        person_id=person.id,
        subject_id=person.subject_id,
        organisation_id=keeper.id,
        registered_by_id=work.actor.id,
        received_on=asked.received_on,
        due_on=deadlines().due(asked.kind, asked.received_on),
        asker=asked.asker or None,
        words=asked.words or None,
        proposal=dict(asked.proposal) if correction and asked.proposal else None,
    )
    row.person, row.organisation = person, keeper
    return row


def open_requests(work: Work, after: tuple[date, str] | None = None) -> list[SubjectRequest]:
    """Requests that wait for an answer, the most overdue first: 50 and one more."""
    statement = (
        select(SubjectRequest)
        .where(_readable(work), SubjectRequest.state.in_(OPEN))
        .order_by(SubjectRequest.due_on, SubjectRequest.number)
        .limit(PAGE + 1)
    )
    if after is not None:
        day, number = after
        later = SubjectRequest.due_on > day
        same = (SubjectRequest.due_on == day) & (SubjectRequest.number > number)
        statement = statement.where(or_(later, same))
    return list(work.session.scalars(statement))


def ended_requests(work: Work) -> list[SubjectRequest]:
    """The last 50 that were answered, newest first."""
    statement = (
        select(SubjectRequest)
        .where(_readable(work), SubjectRequest.state.not_in(OPEN))
        .order_by(SubjectRequest.ended_on.desc(), SubjectRequest.number.desc())
        .limit(PAGE)
    )
    return list(work.session.scalars(statement))


def own_registered(work: Work) -> list[SubjectRequest]:
    """The last 50 that the actor took in herself: number, kind, state and day, nothing else."""
    require(work, Permission.SUBJECT_REQUEST_REGISTER)
    statement = (
        select(SubjectRequest)
        .where(SubjectRequest.registered_by_id == work.actor.id)
        .order_by(SubjectRequest.id.desc())
        .limit(PAGE)
    )
    return list(work.session.scalars(statement))


@dataclass(frozen=True)
class RequestCounts:
    """How the register stands: open, overdue; answered, and of these in time."""

    open: int
    overdue: int
    answered: int
    in_time: int


def count_requests(work: Work) -> RequestCounts:
    """Counts over the actor's register."""
    waiting = SubjectRequest.state.in_(OPEN)
    late = waiting & (SubjectRequest.due_on < clock.today())
    answered = SubjectRequest.state.not_in(OPEN)
    in_time = answered & (SubjectRequest.ended_on <= SubjectRequest.due_on)
    counts = [func.count().filter(clause) for clause in (waiting, late, answered, in_time)]
    whole = select(*counts).select_from(SubjectRequest).where(_readable(work))
    row = work.session.execute(whole).one()
    return RequestCounts(row[0], row[1], row[2], row[3])


def count_waiting(work: Work) -> int:
    """Open requests that the actor may answer."""
    return count_requests(work).open


def _readable(work: Work) -> ColumnElement[bool]:
    return visible(work.actor, Permission.SUBJECT_REQUEST_FULFIL, SubjectRequest)


def check_identity(
    work: Work, row: SubjectRequest, how: IdentityCheck, version: int | None
) -> SubjectRequest:
    """Say how it was made sure who asks; the officer who does so takes the request on."""
    expect_version(row, version)
    move(work, row, SubjectRequestState.IDENTITY_CHECKED, how)
    return row


def begin(work: Work, row: SubjectRequest) -> None:
    """Work on the answer begins with the first act on it; InvalidTransition before the check."""
    if row.state is SubjectRequestState.RECEIVED:
        raise InvalidTransition(N_("Check first that it is really the person who asks."))
    if row.state is SubjectRequestState.IDENTITY_CHECKED:
        move(work, row, SubjectRequestState.IN_PROGRESS)
    elif row.state is not SubjectRequestState.IN_PROGRESS:
        raise InvalidTransition(
            N_("This request was answered already: %(state)s."), state=row.state
        )


def assign(work: Work, row: SubjectRequest, user_id: UUID) -> SubjectRequest:
    """Give the request to a protection officer of the register's organisation."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    chosen = next(
        (user for user in officers(work, row.organisation_id) if user.id == user_id), None
    )
    if chosen is None:
        raise InvalidInput(N_("Choose a protection officer of this organisation."), "officer")
    row.assigned_to = chosen
    facts = {"number": row.number, "to": str(user_id)}
    tell(work, [chosen], NoticeKind.SUBJECT_REQUEST, record_id=row.id)
    _record(work, "subject_request.assigned", Permission.SUBJECT_REQUEST_FULFIL, row, facts)
    return row


def extend(work: Work, row: SubjectRequest, reason: ExtensionReason) -> SubjectRequest:
    """Give the answer more time, once."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    if row.state not in OPEN or row.extended_for is not None:
        raise InvalidTransition(N_("The time of an open request can be extended once."))
    row.extended_for = reason
    row.due_on = deadlines().extended(row.due_on)
    facts = {"number": row.number, "reason": reason.value, "due": row.due_on.isoformat()}
    _record(work, "subject_request.extended", Permission.SUBJECT_REQUEST_FULFIL, row, facts)
    return row


def refuse(
    work: Work, row: SubjectRequest, reason: RequestRefusal, answer: str, version: int | None
) -> SubjectRequest:
    """Refuse with the reason in law and the words that the person is told."""
    expect_version(row, version)
    row.answer = answer
    row.refusal = reason
    end(work, row, SubjectRequestState.REFUSED, reason)
    return row


def fulfil(work: Work, row: SubjectRequest, answer: str) -> SubjectRequest:
    """Close a request for access whose package was handed over.

    The other kinds are closed by the act that meets them.
    """
    if row.kind is not SubjectRequestKind.ACCESS or not row.packages:
        raise InvalidTransition(N_("Make the package and hand it over first."))
    row.answer = answer or None
    end(work, row, SubjectRequestState.FULFILLED)
    return row


def end(
    work: Work,
    row: SubjectRequest,
    state: SubjectRequestState,
    reason: StrEnum | None = None,
    permission: Permission = Permission.SUBJECT_REQUEST_FULFIL,
) -> None:
    """The request is answered."""
    row.ended_on, row.ended_by_id = clock.today(), work.actor.id
    move(work, row, state, reason, permission)


def move(
    work: Work,
    row: SubjectRequest,
    state: SubjectRequestState,
    reason: StrEnum | None = None,
    permission: Permission = Permission.SUBJECT_REQUEST_FULFIL,
) -> None:
    """Take one step and record it; InvalidTransition when the state does not allow it."""
    require(work, permission, row)
    SUBJECT_REQUEST.check(row.state, state)
    before = row.state
    row.state = state
    if isinstance(reason, IdentityCheck):
        row.identity_check, row.identity_checked_on = reason, clock.today()
    if row.assigned_to_id is None and work.actor.role is Role.PROTECTION_OFFICER:
        row.assigned_to = work.session.get_one(User, work.actor.id)
    facts = {
        "number": row.number,
        "kind": row.kind.value,
        "from": before.value,
        "to": state.value,
        "reason": reason.value if reason else None,
    }
    _record(work, "subject_request.moved", permission, row, facts)


def officers_of(work: Work, row: SubjectRequest) -> Sequence[User]:
    """Who may be given this request."""
    return officers(work, row.organisation_id)


def _record(
    work: Work,
    event: str,
    permission: Permission,
    row: SubjectRequest,
    facts: Mapping[str, object],
) -> None:
    work.record(
        Act(
            event,
            Purpose.PROTECTION,
            permission=permission,
            subjects={row.subject_id},
            facts=dict(facts),
        )
    )


def _next_number(work: Work) -> str:
    """`SR-2026-00042`: counted anew each year, over all organisations."""
    prefix = f"SR-{clock.today().year}-"
    last = work.session.scalar(
        select(SubjectRequest.number)
        .where(SubjectRequest.number.startswith(prefix))
        .order_by(func.length(SubjectRequest.number).desc(), SubjectRequest.number.desc())
        .limit(1)
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05d}"
