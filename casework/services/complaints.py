"""The register of complaints: taking one in, and its way to an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.rules.complaints import answer_by
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.notices import officers, tell
from casework.services.protection.officers import watching_organisation
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import (
    ComplaintKind,
    ComplaintOutcome,
    ComplaintState,
    NoticeKind,
    Purpose,
)
from models.case import Case
from models.complaint import Complaint
from models.organisation import Organisation
from models.person import Person
from models.return_request import ReturnRequest

About = Case | ReturnRequest | None
PAGE = 50


@dataclass(frozen=True, repr=False)
class Complained:
    """What somebody complains about; `reply_to` is how the answer reaches her."""

    kind: ComplaintKind
    words: str
    received_on: date
    person: Person | None = None
    reply_to: str = ""


@dataclass(frozen=True, repr=False)
class Answered:
    """What came of it: the words of the answer, and what was put right."""

    outcome: ComplaintOutcome
    answer: str
    redress: str = ""


def register(work: Work, complained: Complained, about: About = None) -> Complaint:
    """Take in a complaint and tell the protection officer who answers it.

    `about` is the record on which its author may read the person. Raises InvalidInput when the day
    it came is in the future, or the person is not one of that record's.
    """
    require(work, Permission.SUBJECT_REQUEST_REGISTER, about)
    if complained.received_on > clock.today():
        raise InvalidInput(N_("The day it came cannot be in the future."), "received_on")
    person = complained.person
    if person is not None and person.id not in _people(about):
        raise NotFound
    with work.beyond("a complaint goes to the protection officer's register"):
        keeper = _keeper(work, about)
        row = Complaint(
            number=_next_number(work),
            kind=complained.kind,
            state=ComplaintState.RECEIVED,
            organisation_id=keeper.id,
            subject_id=person.subject_id if person else keeper.subject_id,
            person_id=person.id if person else None,
            case_id=about.id if isinstance(about, Case) else None,
            request_id=about.id if isinstance(about, ReturnRequest) else None,
            registered_by_id=work.actor.id,
            received_on=complained.received_on,
            due_on=answer_by(complained.received_on),
            words=complained.words,
            reply_to=complained.reply_to or None,
        )
        work.session.add(row)
        work.session.flush()
    tell(work, officers(work, keeper.id), NoticeKind.COMPLAINT, record_id=row.id)
    facts = {"number": row.number, "kind": row.kind.value, "due": row.due_on.isoformat()}
    _record(work, "complaint.received", Permission.SUBJECT_REQUEST_REGISTER, row, facts)
    return row


def people_of(about: About) -> list[Person]:
    """People of the record who may be the one that complains."""
    if isinstance(about, Case):
        return [member.person for member in about.people]
    return [member.person for member in about.members] if about else []


def _people(about: About) -> set[UUID]:
    return {person.id for person in people_of(about)}


def _keeper(work: Work, about: About) -> Organisation:
    concerned = work.actor.organisation_id
    if isinstance(about, Case):
        concerned = about.organisation_id
    elif isinstance(about, ReturnRequest):
        concerned = about.lodged_at_id
    found = watching_organisation(work, concerned)
    if found is None:
        raise InvalidInput(N_("There is no protection officer to answer it."))
    return found


def open_complaints(work: Work) -> list[Complaint]:
    """Complaints without an answer, the most overdue first; 100 at most."""
    statement = (
        select(Complaint)
        .where(_readable(work), Complaint.state != ComplaintState.ANSWERED)
        .order_by(Complaint.due_on, Complaint.number)
    )
    return list(work.session.scalars(statement.limit(2 * PAGE)))


def answered_complaints(work: Work) -> list[Complaint]:
    """The last 50 that were answered, newest first."""
    statement = (
        select(Complaint)
        .where(_readable(work), Complaint.state == ComplaintState.ANSWERED)
        .order_by(Complaint.ended_on.desc(), Complaint.number.desc())
    )
    return list(work.session.scalars(statement.limit(PAGE)))


def count_open(work: Work) -> tuple[int, int]:
    """Complaints without an answer in the actor's register, and those past their day."""
    waiting = Complaint.state != ComplaintState.ANSWERED
    late = waiting & (Complaint.due_on < clock.today())
    statement = select(func.count().filter(waiting), func.count().filter(late))
    row = work.session.execute(statement.select_from(Complaint).where(_readable(work))).one()
    return row[0], row[1]


def begin_review(work: Work, row: Complaint) -> Complaint:
    """An officer looks into it; InvalidTransition when somebody does already."""
    if row.state is not ComplaintState.RECEIVED:
        raise InvalidTransition(N_("This complaint is: %(state)s."), state=row.state)
    _move(work, row, ComplaintState.IN_REVIEW)
    return row


def answer(work: Work, row: Complaint, answered: Answered, version: int | None) -> Complaint:
    """Answer it. Raises InvalidTransition when it was answered, InvalidInput without words, or
    when what was upheld says nothing of what was put right.
    """
    expect_version(row, version)
    if row.state is ComplaintState.ANSWERED:
        raise InvalidTransition(N_("This complaint is: %(state)s."), state=row.state)
    if not answered.answer:
        raise InvalidInput(N_("Write the answer in words that the person understands."), "answer")
    upheld = (ComplaintOutcome.UPHELD, ComplaintOutcome.PARTLY_UPHELD)
    if answered.outcome in upheld and not answered.redress:
        raise InvalidInput(N_("Say what was put right."), "redress")
    row.answer, row.redress = answered.answer, answered.redress or None
    row.outcome = answered.outcome
    row.ended_on, row.ended_by_id = clock.today(), work.actor.id
    _move(work, row, ComplaintState.ANSWERED)
    return row


def _move(work: Work, row: Complaint, state: ComplaintState) -> None:
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    before, row.state = row.state, state
    facts = {
        "number": row.number,
        "from": before.value,
        "to": state.value,
        "outcome": row.outcome.value if row.outcome else None,
    }
    _record(work, "complaint.moved", Permission.SUBJECT_REQUEST_FULFIL, row, facts)


def _readable(work: Work) -> ColumnElement[bool]:
    return visible(work.actor, Permission.SUBJECT_REQUEST_FULFIL, Complaint)


def _record(
    work: Work, event: str, permission: Permission, row: Complaint, facts: Mapping[str, object]
) -> None:
    subjects = {row.subject_id}
    act = Act(
        event, Purpose.PROTECTION, permission=permission, subjects=subjects, facts=dict(facts)
    )
    work.record(act)


def _next_number(work: Work) -> str:
    """`CP-2026-00042`: counted anew each year, over all organisations."""
    prefix = f"CP-{clock.today().year}-"
    last = work.session.scalar(
        select(Complaint.number)
        .where(Complaint.number.startswith(prefix))
        .order_by(func.length(Complaint.number).desc(), Complaint.number.desc())
        .limit(1)
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05d}"
