"""Everyone who saw or received a person's data, when and what for: the person may have it."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.events import COMPARTMENT
from casework.services.protection.compartment import open_detail
from casework.services.work import Work
from casework.vocabulary import ActorKind, Outcome, Purpose, Role
from models.audit import AuditEntry, AuditSubject
from models.organisation import Organisation

#: Acts that hand data to another organisation, and the fact that names it (its id or its code).
HANDED_TO = {
    "referral.sent": "recipient",
    "case.shared": "organisation",
    "case.opened": "organisation",
}


@dataclass(frozen=True)
class Disclosure:
    """Somebody saw, wrote or received data about the person.

    `received`: the organisation was given the data; else somebody of it, in `role`, did the act.
    """

    at: datetime
    organisation: Organisation | None
    role: Role | None
    event: str
    purpose: Purpose
    outcome: Outcome
    received: bool = False


def disclosures_of(work: Work, subject_ids: Collection[UUID]) -> list[Disclosure]:
    """Each act of a user on data under these subjects' keys, and each handing over; oldest first.

    Steps of the product itself show nobody anything and are left out. What was seen inside the
    trafficking compartment is among them only when the actor is cleared: the mere presence of such
    a line would tell her that there is something to see. The caller checks the permission.
    """
    wanted = {str(subject_id) for subject_id in subject_ids}
    with work.beyond("the person may know of everybody, whichever organisation they are of"):
        named = {str(one.id): one for one in work.session.scalars(select(Organisation))}
        named |= {one.code: one for one in named.values()}
        found = [
            disclosure
            for body in (*_touching(work, subject_ids), *_in_compartment(work, wanted))
            for disclosure in _disclosures(body, named)
        ]
    return sorted(found, key=lambda one: (one.at, one.received))


def _touching(work: Work, subject_ids: Collection[UUID]) -> Iterator[dict[str, Any]]:
    touching = select(AuditSubject.id).where(AuditSubject.subject_id.in_(subject_ids))
    for body in work.session.scalars(select(AuditEntry.body).where(AuditEntry.id.in_(touching))):
        yield json.loads(body)


def _in_compartment(work: Work, wanted: set[str]) -> Iterator[dict[str, Any]]:
    """Each sealed entry has to be opened: nothing outside it says whom it is about."""
    if not work.actor.cleared:
        return
    sealed = select(AuditEntry.body).where(AuditEntry.event == COMPARTMENT)
    for stored in work.session.scalars(sealed):
        body = json.loads(stored)
        detail = open_detail(work, body)
        if detail is not None and wanted.intersection(detail["subjects"]):
            yield body


def _disclosures(body: dict[str, Any], named: dict[str, Organisation]) -> Iterator[Disclosure]:
    actor, event = body["actor"], body["event"]
    at = datetime.fromisoformat(body["at"])
    how = (event, Purpose(body["purpose"]), Outcome(body["outcome"]))
    if actor["kind"] == ActorKind.USER:
        role = Role(actor["role"]) if actor["role"] else None
        yield Disclosure(at, named.get(actor["org"]), role, *how)
    if event in HANDED_TO and body["outcome"] == Outcome.DONE:
        receiver = named.get(body["facts"][HANDED_TO[event]])
        if receiver is not None and str(receiver.id) != actor["org"]:
            yield Disclosure(at, receiver, None, *how, received=True)
