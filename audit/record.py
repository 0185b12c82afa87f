"""Writing entries. Only services call `record`.

Body keys map to FHIR R5 AuditEvent: `at` recorded, `event` code, `outcome` outcome, `actor`
agent.who, `purpose` authorization, `where` source, `subjects` patient, `rows` and `cells` entity.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from audit.canonical import canonical, moment
from audit.chain import append, leaf_of
from audit.events import check
from audit.rows import RowChange, claim_changes
from casework.actor import Actor
from casework.clock import now
from casework.vocabulary import KeyDomain, Outcome, Purpose
from models.audit import AuditEntry, AuditSubject
from models.base import Base

VERSION = 1


@dataclass(frozen=True)
class Act:
    """What an entry says besides who, when and which rows.

    `facts` carries exactly the keys that audit.events declares; `cause` is the id of the entry
    or record that made an automatic step happen; `request` correlates entries of one request.
    """

    event: str
    purpose: Purpose
    permission: str | None = None
    outcome: Outcome = Outcome.DONE
    case_id: UUID | None = None
    subjects: Iterable[UUID] = ()
    cells: Iterable[str] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    cause: str | None = None
    request: str | None = None


def record(session: Session, actor: Actor, act: Act) -> UUID:
    """Append one entry for `act`, accounting for every row changed since the last entry.

    Flushes; raises UnknownEventError for an undeclared event or facts. Returns the entry's id.
    """
    check(act.event, act.facts)
    session.flush()
    entry_id, at = uuid7(), now()
    changes = claim_changes(session)
    subjects = _subjects(act, changes)
    body = canonical(
        {
            "v": VERSION,
            "id": str(entry_id),
            "at": moment(at),
            "actor": _actor(actor),
            "event": act.event,
            "permission": act.permission,
            "purpose": act.purpose.value,
            "outcome": act.outcome.value,
            "where": _where(actor),
            "subjects": sorted(str(subject) for subject in subjects),
            "case": _text(act.case_id),
            "cells": sorted({*act.cells, *_ordinary_cells(changes)}),
            "rows": [row.as_json() for row in changes],
            "facts": act.facts,
            "cause": act.cause,
            "request": act.request,
        }
    )
    columns = {"id": entry_id, "at": at, "actor_id": actor.id, "case_id": act.case_id}
    _append(session, columns | {"event": act.event, "outcome": act.outcome}, body, subjects)
    return entry_id


def _append(session: Session, columns: dict[str, Any], body: bytes, subjects: set[UUID]) -> None:
    leaf = leaf_of(body)
    session.execute(insert(AuditEntry).values(**columns, body=body, leaf=leaf))
    if subjects:
        rows = [{"id": columns["id"], "subject_id": subject} for subject in subjects]
        session.execute(insert(AuditSubject), rows)
    append(session, columns["id"], leaf)


def _subjects(act: Act, changes: list[RowChange]) -> set[UUID]:
    """Whose data the act touched: those it names, and those of the rows it changed."""
    changed = {row.subject_id for row in changes if row.subject_id}
    return {*act.subjects, *changed, *(row.id for row in changes if row.table == "subject")}


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _actor(actor: Actor) -> dict[str, Any]:
    return {
        "kind": actor.kind.value,
        "id": _text(actor.id),
        "role": actor.role.value if actor.role else None,
        "org": _text(actor.organisation_id),
    }


def _where(actor: Actor) -> dict[str, Any]:
    origin = actor.origin
    return {
        "channel": origin.channel.value,
        "session": _text(origin.session),
        "net": origin.net,
    }


def _trafficking_cells() -> frozenset[str]:
    return frozenset(
        cell.name
        for mapper in Base.registry.mappers
        for cell in mapper.class_.cells.values()
        if cell.domain is KeyDomain.TRAFFICKING
    )


def _ordinary_cells(changes: list[RowChange]) -> set[str]:
    """Changed cells outside the compartment; its own cell is in every row and tells nothing."""
    return {cell for row in changes for cell in row.cells} - _trafficking_cells()
