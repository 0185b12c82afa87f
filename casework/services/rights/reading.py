"""One request of a person, as its officer reads it: only what the answer needs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from casework import clock
from casework.messages import N_, Message
from casework.policy import Permission
from casework.rules.subject_requests import Haste, deadlines
from casework.services.access import require
from casework.services.rights.correction import Proposed, proposed
from casework.services.rights.restriction import live_restriction
from casework.services.work import Work
from casework.vocabulary import (
    ExtensionReason,
    IdentityCheck,
    RequestRefusal,
    SubjectRequestKind,
    SubjectRequestState,
)
from models.audit import AuditEntry, AuditSubject
from models.organisation import Organisation
from models.person import Person
from models.rights import SubjectRequest
from models.user import User


@dataclass(frozen=True, repr=False)
class RequestView:
    """What the page of a request shows of the person: a name, a birth date, what she said."""

    name: str
    birth_date: date | None
    registered_at: Organisation
    haste: Haste
    restricted: bool
    proposed: Sequence[Proposed]


def read_request(work: Work, row: SubjectRequest) -> RequestView:
    """The request with as little of the person as the officer needs to know whom it is about."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    with work.beyond("the officer sees whose request it is, whoever keeps the person's file"):
        person = work.session.get_one(Person, row.person_id)
        name, born = person.short_name, person.birth_date
        registrar = work.session.get_one(User, row.registered_by_id)
        restricted = live_restriction(work, row.person_id) is not None
    correction = row.kind is SubjectRequestKind.CORRECTION
    return RequestView(
        name=name,
        birth_date=born,
        registered_at=registrar.organisation,
        haste=deadlines().haste(row.due_on, clock.today()),
        restricted=restricted,
        proposed=proposed(work, row) if correction else (),
    )


def haste_of(row: SubjectRequest) -> Haste:
    """How near its last day is."""
    return deadlines().haste(row.due_on, clock.today())


@dataclass(frozen=True)
class Step:
    """One entry of the log about the request, as its page tells it."""

    at: datetime
    what: Message
    who: Organisation | None
    why: IdentityCheck | RequestRefusal | ExtensionReason | None


_EVENTS: Final = {
    "subject_request.registered": N_("Registered"),
    "subject_request.moved": N_("Moved on: %(state)s"),
    "subject_request.assigned": N_("Given to an officer"),
    "subject_request.extended": N_("Time extended"),
    "subject_request.texts_reviewed": N_("Texts about several people reviewed"),
    "access_package.made": N_("Package handed out"),
    "person.corrected": N_("Data put right"),
    "person.restricted": N_("Data restricted"),
    "person.restriction_lifted": N_("Restriction lifted"),
    "erasure.ordered": N_("Erasure approved"),
}


def steps_of(work: Work, row: SubjectRequest) -> list[Step]:
    """What happened to the request, newest first: organisations and codes, no names."""
    bodies = work.session.scalars(
        select(AuditEntry.body)
        .join(AuditSubject, AuditSubject.id == AuditEntry.id)
        .where(AuditSubject.subject_id == row.subject_id, AuditEntry.event.in_(_EVENTS))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(200)
    )
    organisations = {str(one.id): one for one in work.session.scalars(select(Organisation))}
    entries = [json.loads(body) for body in bodies]
    return [
        _step(entry, organisations)
        for entry in entries
        if row.number in (entry["facts"].get("number"), entry["facts"].get("request"))
    ]


def _step(entry: dict[str, Any], organisations: dict[str, Organisation]) -> Step:
    event = entry["event"]
    return Step(
        datetime.fromisoformat(entry["at"]),
        Message(_EVENTS[event], _said(entry["facts"])),
        organisations.get(entry["actor"]["org"] or ""),
        _reason(entry["facts"].get("reason")),
    )


def _said(facts: dict[str, Any]) -> dict[str, object]:
    return {"state": SubjectRequestState(facts["to"])} if "kind" in facts and "to" in facts else {}


def _reason(code: str | None) -> IdentityCheck | RequestRefusal | ExtensionReason | None:
    for codes in (IdentityCheck, RequestRefusal, ExtensionReason):
        if code in [each.value for each in codes]:
            return codes(code)
    return None
