"""Searching the log: who did what, when, to whose data, within the officer's organisation."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, tuple_

from casework.clock import ULAANBAATAR
from casework.policy import Permission
from casework.services.access import require
from casework.services.users import find_user
from casework.services.work import Work
from casework.vocabulary import Outcome, Purpose
from models.audit import AuditEntry, AuditSubject
from models.case import Case
from models.referral import Referral
from models.return_request import RequestMember, ReturnRequest
from models.user import User

PAGE = 50
Clause = ColumnElement[bool]
Key = tuple[datetime, UUID]


@dataclass(frozen=True)
class Asked:
    """What to look for; empty fields mean any.

    `reference`: exact number of a case, a request or a referral; a request's reference finds
    everything about the people in it. `user`: exact e-mail address.
    """

    reference: str = ""
    user: str = ""
    event: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class FoundEntry:
    """An entry in words: codes for the page to label, never personal text."""

    id: UUID
    at: datetime
    who: str
    event: str
    purpose: Purpose
    outcome: Outcome
    case_number: str
    cells: Sequence[str]
    tables: Sequence[str]
    facts: dict[str, Any] = field(default_factory=dict)


def search_log(work: Work, asked: Asked, after: Key | None = None) -> tuple[list[FoundEntry], bool]:
    """50 entries, newest first, and whether there are more.

    Only acts of the officer's own organisation, and acts on its cases by anybody.
    """
    require(work, Permission.AUDIT_READ)
    key = tuple_(AuditEntry.at, AuditEntry.id)
    statement = (
        select(AuditEntry)
        .where(_in_scope(work), *_clauses(work, asked))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(key < tuple_(*after))
    entries = list(work.session.scalars(statement))
    return _in_words(work, entries[:PAGE]), len(entries) > PAGE


def _in_scope(work: Work) -> Clause:
    own = work.actor.organisation_id
    colleagues = select(User.id).where(User.organisation_id == own)
    cases = select(Case.id).where(Case.organisation_id == own)
    return or_(AuditEntry.actor_id.in_(colleagues), AuditEntry.case_id.in_(cases))


def _clauses(work: Work, asked: Asked) -> list[Clause]:
    clauses: list[Clause] = []
    if asked.reference:
        clauses.append(_about(work, asked.reference.strip()))
    if asked.user:
        user = find_user(work, asked.user)
        clauses.append(AuditEntry.actor_id == user.id if user else false())
    if asked.event:
        clauses.append(AuditEntry.event == asked.event)
    if asked.since:
        clauses.append(AuditEntry.at >= _midnight(asked.since))
    if asked.until:
        clauses.append(AuditEntry.at < _midnight(asked.until + timedelta(days=1)))
    return clauses


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ULAANBAATAR)


def _about(work: Work, reference: str) -> Clause:
    """Entries on the case of this number, or touching the people of this request or referral."""
    found = work.session.execute(
        select(Case.id, Case.subject_id).where(Case.number == reference)
    ).first()
    if found:
        return or_(AuditEntry.case_id == found.id, _touches([found.subject_id]))
    people = work.session.scalars(
        select(RequestMember.subject_id)
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .where(ReturnRequest.reference == reference)
    ).all()
    referred = work.session.scalars(
        select(Referral.subject_id).where(Referral.number == reference)
    ).all()
    subjects = [*people, *referred]
    return _touches(subjects) if subjects else false()


def _touches(subjects: Sequence[UUID]) -> Clause:
    touching = select(AuditSubject.id).where(AuditSubject.subject_id.in_(subjects))
    return AuditEntry.id.in_(touching)


def _in_words(work: Work, entries: Sequence[AuditEntry]) -> list[FoundEntry]:
    actors = {entry.actor_id for entry in entries if entry.actor_id}
    users = work.session.scalars(select(User).where(User.id.in_(actors)))
    names = {user.id: user.name for user in users}
    cases = {entry.case_id for entry in entries if entry.case_id}
    rows = work.session.execute(select(Case.id, Case.number).where(Case.id.in_(cases)))
    numbers = {row.id: row.number for row in rows}
    return [_in_word(entry, names, numbers) for entry in entries]


def _in_word(entry: AuditEntry, names: dict[UUID, str], numbers: dict[UUID, str]) -> FoundEntry:
    body = json.loads(entry.body)
    return FoundEntry(
        id=entry.id,
        at=entry.at,
        who=names.get(entry.actor_id, "") if entry.actor_id else "",
        event=entry.event,
        purpose=Purpose(body["purpose"]),
        outcome=entry.outcome,
        case_number=numbers.get(entry.case_id, "") if entry.case_id else "",
        cells=body["cells"],
        tables=sorted({row[0] for row in body["rows"]}),
        facts=body["facts"],
    )
