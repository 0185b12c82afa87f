"""Showing a person's numbers and addresses: once a visit, for a purpose, written down.

A visit is a sign-in session. What was shown in it is read from the log itself.
"""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.errors import NotFound
from casework.policy import Permission
from casework.services.access import require
from casework.services.work import Work
from casework.vocabulary import Purpose
from models.audit import AuditEntry, AuditSubject
from models.base import Base
from models.case import Case
from models.person import Person
from models.return_request import ReturnRequest
from models.user import LoginSession

REVEALED: Final = "identity.revealed"
#: What a person may be identified for.
PURPOSES: Final = (
    Purpose.RETURN_ASSISTANCE,
    Purpose.QUARANTINE,
    Purpose.CASE_MANAGEMENT,
    Purpose.REFERRAL,
    Purpose.PROTECTION,
)


def reveal_identities(
    work: Work, record: Base, subjects: Collection[UUID], purpose: Purpose
) -> None:
    """Let the actor see these people's identifiers for the rest of the visit.

    The people belong to `record`: a request, a case, a referral, or a movement's manifest. Raises
    Refused without identity:reveal on it.
    """
    require(work, Permission.IDENTITY_REVEAL, record)
    work.record(
        Act(
            REVEALED,
            purpose,
            permission=Permission.IDENTITY_REVEAL,
            case_id=record.id if isinstance(record, Case) else getattr(record, "case_id", None),
            subjects=subjects,
        )
    )


def revealed_subjects(work: Work, subjects: Collection[UUID]) -> set[UUID]:
    """Those of these people whose identifiers were shown to the actor in this visit."""
    session_id = work.actor.origin.session
    if session_id is None or not subjects:
        return set()
    began = select(LoginSession.created_at).where(LoginSession.id == session_id)
    statement = (
        select(AuditSubject.subject_id)
        .join(AuditEntry, AuditEntry.id == AuditSubject.id)
        .where(
            AuditSubject.subject_id.in_(subjects),
            AuditEntry.event == REVEALED,
            AuditEntry.actor_id == work.actor.id,
            AuditEntry.at >= began.scalar_subquery(),
        )
    )
    return set(work.session.scalars(statement))


def revealed_to(work: Work, people: Collection[Person]) -> set[UUID]:
    """Ids of those among `people` whose identifiers were shown to the actor in this visit."""
    subjects = revealed_subjects(work, [person.subject_id for person in people])
    return {person.id for person in people if person.subject_id in subjects}


def person_among(people: Sequence[Person], person_id: UUID) -> Person:
    """The person of this id; NotFound when nobody among `people` has it."""
    for person in people:
        if person.id == person_id:
            return person
    raise NotFound


def people_of(record: ReturnRequest | Case) -> list[Person]:
    """Everybody on a request or a case, in its order."""
    members = record.members if isinstance(record, ReturnRequest) else record.people
    return [member.person for member in members]
