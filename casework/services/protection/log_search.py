"""Searching the log: who did what, when, to whose data, within the officer's organisation.

Asking about a case or a person is itself an entry, on that case and person.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, tuple_

from audit.events import EVENTS
from audit.record import Act
from casework.clock import ULAANBAATAR
from casework.labels_areas import AREAS, area_prefixes
from casework.policy import Permission
from casework.services.access import require
from casework.services.people.search import people_exactly
from casework.services.protection.log_body import for_purpose, through_channel
from casework.services.protection.log_scope import in_scope, on_people, touching
from casework.services.rights.subjects import merged_subjects
from casework.services.users import find_user, users_by_id
from casework.services.work import Work
from casework.vocabulary import ActorKind, EntryChannel, Outcome, Purpose, Role
from models.audit import AuditEntry
from models.case import Case
from models.organisation import Organisation
from models.person import Person
from models.referral import Referral
from models.user import User

PAGE = 50
Clause = ColumnElement[bool]
Key = tuple[datetime, UUID]


@dataclass(frozen=True)
class Asked:
    """What to look for; empty fields mean any.

    `reference`: the exact number of a case, a request or a referral, or a person's exact register
    or passport number, telephone or e-mail; never a name. `user`: exact e-mail address.
    `event`: one event, or an area of casework.labels_areas.
    """

    reference: str = ""
    user: str = ""
    event: str = ""
    outcome: Outcome | None = None
    purpose: Purpose | None = None
    channel: EntryChannel | None = None
    since: date | None = None
    until: date | None = None

    @property
    def filters(self) -> list[str]:
        """Names of the fields that were filled in."""
        return [one.name for one in fields(self) if getattr(self, one.name)]


@dataclass(frozen=True)
class FoundEntry:
    """An entry in a list: codes for the page to label, never personal text of a case."""

    id: UUID
    at: datetime
    actor: ActorKind
    user: User | None
    organisation: Organisation | None
    role: Role | None
    event: str
    purpose: Purpose
    outcome: Outcome
    case_number: str
    cells: int


@dataclass(frozen=True)
class _Sought:
    """What a reference names: a case, people, or nothing (both empty)."""

    case: Case | None = None
    subjects: frozenset[UUID] = frozenset()


def search_log(work: Work, asked: Asked, after: Key | None = None) -> tuple[list[FoundEntry], bool]:
    """50 entries, newest first, and whether there are more. The caller accounts for what it read.

    See services/protection/log_scope.py for which entries an officer may find.
    """
    require(work, Permission.AUDIT_READ)
    with work.beyond("others' acts on the organisation's cases; the query holds the log's scope"):
        statement = _statement(work, asked, after)
        entries = list(work.session.scalars(statement))
        return in_words(work, entries[:PAGE]), len(entries) > PAGE


def record_search(work: Work, asked: Asked, results: int) -> None:
    """Write down that the log was asked about somebody; the caller commits."""
    with work.beyond("whom a number belongs to, to write down who was asked about"):
        sought = _sought(work, asked.reference)
        user = find_user(work, asked.user) if asked.user else None
    users = {user.subject_id} if user else set()
    case = sought.case
    own = case is not None and case.organisation_id == work.actor.organisation_id
    work.record(
        Act(
            "audit.searched",
            Purpose.PROTECTION,
            permission=Permission.AUDIT_READ,
            case_id=case.id if case is not None and own else None,
            subjects=sought.subjects | users,
            facts={"filters": asked.filters, "results": results},
        )
    )


def _statement(work: Work, asked: Asked, after: Key | None) -> Select[AuditEntry]:
    newest_first = (AuditEntry.at.desc(), AuditEntry.id.desc())
    statement = select(AuditEntry).where(*_clauses(work, asked)).order_by(*newest_first)
    if after is not None:
        statement = statement.where(tuple_(AuditEntry.at, AuditEntry.id) < tuple_(*after))
    return statement.limit(PAGE + 1)


def _clauses(work: Work, asked: Asked) -> list[Clause]:
    clauses = [_about(work, asked.reference) if asked.reference else in_scope(work)]
    if asked.user:
        user = find_user(work, asked.user)
        clauses.append(AuditEntry.actor_id == user.id if user else false())
    if asked.event:
        clauses.append(_of_kind(asked.event))
    if asked.outcome:
        clauses.append(AuditEntry.outcome == asked.outcome)
    if asked.purpose:
        clauses.append(for_purpose(asked.purpose))
    if asked.channel:
        clauses.append(through_channel(asked.channel))
    if asked.since:
        clauses.append(AuditEntry.at >= _midnight(asked.since))
    if asked.until:
        clauses.append(AuditEntry.at < _midnight(asked.until + timedelta(days=1)))
    return clauses


def _of_kind(asked: str) -> Clause:
    """Entries of one event, or of an area of them."""
    if asked not in AREAS:
        return AuditEntry.event == asked
    prefixes = area_prefixes(asked)
    return AuditEntry.event.in_([one for one in EVENTS if one.split(".")[0] in prefixes])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ULAANBAATAR)


def _about(work: Work, reference: str) -> Clause:
    """Entries on the case of this number, or on the people whom this number names."""
    sought = _sought(work, reference)
    if sought.case is not None:
        on_case = or_(AuditEntry.case_id == sought.case.id, touching([sought.case.subject_id]))
        return in_scope(work) & on_case
    return on_people(work, sought.subjects) if sought.subjects else false()


def _sought(work: Work, reference: str) -> _Sought:
    number = reference.strip().upper()
    if not number:
        return _Sought()
    case = work.session.scalars(select(Case).where(Case.number == number)).first()
    if case is not None:
        return _Sought(case, frozenset({case.subject_id}))
    referred = select(Referral.person_id).where(Referral.number == number)
    people = [*work.session.scalars(referred), *people_exactly(work, reference.strip())]
    subjects = select(Person.subject_id).where(Person.id.in_(people))
    merged = [merged_subjects(work, one) for one in work.session.scalars(subjects)]
    return _Sought(subjects=frozenset().union(*merged))


def in_words(work: Work, entries: Sequence[AuditEntry]) -> list[FoundEntry]:
    """Entries with who acted and on which case."""
    cases = {entry.case_id for entry in entries if entry.case_id}
    numbers = work.session.execute(select(Case.id, Case.number).where(Case.id.in_(cases)))
    names = _Names(
        users=users_by_id(work, [entry.actor_id for entry in entries]),
        organisations={one.id: one for one in work.session.scalars(select(Organisation))},
        cases={row.id: row.number for row in numbers},
    )
    return [_in_word(entry, names) for entry in entries]


@dataclass(frozen=True)
class _Names:
    """What the ids of a page of entries stand for."""

    users: dict[UUID, User]
    organisations: dict[UUID, Organisation]
    cases: dict[UUID, str]


def _in_word(entry: AuditEntry, names: _Names) -> FoundEntry:
    body = json.loads(entry.body)
    actor = body["actor"]
    return FoundEntry(
        id=entry.id,
        at=entry.at,
        actor=ActorKind(actor["kind"]),
        user=names.users.get(entry.actor_id) if entry.actor_id else None,
        organisation=names.organisations.get(UUID(actor["org"])) if actor["org"] else None,
        role=Role(actor["role"]) if actor["role"] else None,
        event=entry.event,
        purpose=Purpose(body["purpose"]),
        outcome=entry.outcome,
        case_number=names.cases.get(entry.case_id, "") if entry.case_id else "",
        cells=len(body["cells"]),
    )
