"""Who opened a case file: read from the audit log, for those who watch over it."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from casework.services.protection.log_body import for_purpose
from casework.services.users import users_by_id
from casework.services.work import Work
from casework.vocabulary import Outcome, Purpose
from models.audit import AuditEntry
from models.case import Case
from models.organisation import Organisation
from models.user import User

SEEN = ("personal_data.read", "identity.revealed", "safe_location.shown", "document.opened")
#: What was seen by an act of its own, as its page is called.
_PAGES = {"document.opened": "documents.of_case", "safe_location.shown": "safe_location"}
PAGE = 50


@dataclass(frozen=True)
class Sighting:
    """One opening of one page. `page` is its endpoint, empty when identifiers were shown."""

    id: UUID
    user: User | None
    organisation: Organisation | None
    at: datetime
    purpose: Purpose
    page: str


@dataclass(frozen=True)
class Reader:
    """Somebody who opened the file: how often, what for, the first time and the last."""

    user: User | None
    organisation: Organisation | None
    times: int
    first: datetime
    last: datetime
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True)
class Wanted:
    """Which openings to show: of one user, for one purpose; None means any."""

    user_id: UUID | None = None
    purpose: Purpose | None = None


def readers(work: Work, case: Case) -> list[Reader]:
    """Everybody who opened this file, whoever did last first."""
    seen: dict[UUID | None, list[tuple[datetime, str]]] = {}
    entries = select(AuditEntry.actor_id, AuditEntry.at, AuditEntry.body).where(*_seen(case))
    for actor_id, at, body in work.session.execute(entries):
        seen.setdefault(actor_id, []).append((at, json.loads(body)["purpose"]))
    users = users_by_id(work, list(seen))
    found = [
        _reader(users.get(actor_id) if actor_id else None, seen[actor_id]) for actor_id in seen
    ]
    return sorted(found, key=lambda one: one.last, reverse=True)


def _reader(user: User | None, openings: list[tuple[datetime, str]]) -> Reader:
    moments = [at for at, _purpose in openings]
    return Reader(
        user=user,
        organisation=user.organisation if user else None,
        times=len(openings),
        first=min(moments),
        last=max(moments),
        purposes=tuple(sorted({Purpose(purpose) for _at, purpose in openings})),
    )


def _seen(case: Case) -> tuple[ColumnElement[bool], ...]:
    return (
        AuditEntry.case_id == case.id,
        AuditEntry.event.in_(SEEN),
        AuditEntry.outcome == Outcome.DONE,
    )


def who_saw(
    work: Work, case: Case, after: UUID | None = None, wanted: Wanted | None = None
) -> list[Sighting]:
    """Openings of this file, newest first: 50 before the entry `after`, and one more.

    What happens in the compartment is not among them: its entries name no case.
    """
    statement = (
        select(AuditEntry).where(*_seen(case)).order_by(AuditEntry.id.desc()).limit(PAGE + 1)
    )
    if after:
        statement = statement.where(AuditEntry.id < after)
    if wanted and wanted.user_id:
        statement = statement.where(AuditEntry.actor_id == wanted.user_id)
    if wanted and wanted.purpose:
        statement = statement.where(for_purpose(wanted.purpose))
    entries = work.session.scalars(statement).all()
    users = users_by_id(work, [entry.actor_id for entry in entries])
    return [_sighting(entry, users) for entry in entries]


def _sighting(entry: AuditEntry, users: dict[UUID, User]) -> Sighting:
    body = json.loads(entry.body)
    user = users.get(entry.actor_id) if entry.actor_id else None
    return Sighting(
        id=entry.id,
        user=user,
        organisation=user.organisation if user else None,
        at=entry.at,
        purpose=Purpose(body["purpose"]),
        page=_PAGES.get(entry.event, body["facts"].get("page", "")),
    )


@dataclass(frozen=True)
class Sightings:
    """In one line: how many people, and the last of them."""

    people: int
    last: Sighting | None


def sightings(work: Work, case: Case) -> Sightings:
    """How many people opened this file, and who was last."""
    actors = work.session.scalars(
        select(AuditEntry.actor_id)
        .where(
            AuditEntry.case_id == case.id,
            AuditEntry.event.in_(SEEN),
            AuditEntry.actor_id.is_not(None),
        )
        .distinct()
    ).all()
    latest = who_saw(work, case)
    return Sightings(len(actors), latest[0] if latest else None)
