"""Restricted data are only kept: not shared, not counted, read only with a reason."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.rights.recipients import tell_recipients
from casework.services.rights.register import begin, end
from casework.services.work import Work
from casework.vocabulary import (
    NoticeKind,
    Purpose,
    ReadingReason,
    SubjectRequestKind,
    SubjectRequestState,
)
from models.audit import AuditEntry, AuditSubject
from models.base import Base
from models.case import Case, CasePerson, Grant
from models.facility import Stay
from models.person import Person
from models.referral import Referral
from models.return_request import RequestMember, ReturnRequest
from models.rights import Restriction, SubjectRequest
from models.user import LoginSession

OPENED = "restricted.opened"
#: Kinds of request that are met by restricting the person's data.
RESTRICTING = (SubjectRequestKind.RESTRICTION, SubjectRequestKind.OBJECTION)

_LIVE = Restriction.lifted_at.is_(None)
#: The column that names the person of a record, and where there are several: the record's own.
_PERSON: dict[
    type[Base], tuple[InstrumentedAttribute[UUID], InstrumentedAttribute[UUID] | None]
] = {
    Person: (Person.id, None),
    Referral: (Referral.person_id, None),
    Stay: (Stay.person_id, None),
    Case: (CasePerson.person_id, CasePerson.case_id),
    ReturnRequest: (RequestMember.person_id, RequestMember.request_id),
}


def live_restriction(work: Work, person_id: UUID) -> Restriction | None:
    """The restriction that holds now, if any."""
    return work.session.scalars(
        select(Restriction).where(Restriction.person_id == person_id, _LIVE)
    ).first()


def restricted_among(work: Work, person_ids: Collection[UUID]) -> set[UUID]:
    """Those of these people whose data are restricted now."""
    statement = select(Restriction.person_id).where(Restriction.person_id.in_(person_ids), _LIVE)
    return set(work.session.scalars(statement)) if person_ids else set()


def require_unrestricted(work: Work, person_ids: Collection[UUID]) -> None:
    """Raise InvalidInput before data of a restricted person would be shared."""
    if restricted_among(work, person_ids):
        raise InvalidInput(
            N_(
                "Data of a person here are restricted: they are only kept and may not be shared. "
                "A protection officer can lift the restriction."
            )
        )


def unrestricted(model: type[Base]) -> ColumnElement[bool]:
    """Rows of `model` (Case, ReturnRequest, Referral, Stay, Person) in which nobody's data are
    restricted: what may be counted and exported.
    """
    person, record = _PERSON[model]
    of_row = () if record is None else (record == model.id,)
    return ~exists().where(Restriction.person_id == person, *of_row, _LIVE)


def restrict(work: Work, row: SubjectRequest, answer: str, version: int | None) -> Restriction:
    """Restrict the data of the person who asked: partners' access ends, recipients are told."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    if row.kind not in RESTRICTING:
        raise InvalidTransition(N_("This request does not ask for a restriction."))
    begin(work, row)
    row.answer = answer or None
    restriction = live_restriction(work, row.person_id)
    if restriction is None:
        restriction = _start(work, row)
    end(work, row, SubjectRequestState.FULFILLED)
    return restriction


def _start(work: Work, row: SubjectRequest) -> Restriction:
    restriction = Restriction(
        person_id=row.person_id,
        subject_id=row.subject_id,
        subject_request_id=row.id,
        set_at=clock.now(),
        set_by_id=work.actor.id,
    )
    work.session.add(restriction)
    with work.beyond("a restriction ends what partners may read, whoever runs the case"):
        told = tell_recipients(work, row.person_id, NoticeKind.DATA_RESTRICTED)
        grants = _live_grants(work, row.person_id)
        for grant in grants:
            grant.revoked_at = clock.now()
        work.session.flush()
        facts = {"number": row.number, "grants": len(grants), "told": told}
        _record(work, "person.restricted", row.subject_id, facts)
    return restriction


def lift(work: Work, row: SubjectRequest) -> None:
    """End the restriction that this request brought about."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    restriction = live_restriction(work, row.person_id)
    if restriction is None:
        raise InvalidTransition(N_("These data are not restricted."))
    restriction.lifted_at, restriction.lifted_by_id = clock.now(), work.actor.id
    _record(work, "person.restriction_lifted", row.subject_id, {"number": row.number})


def _live_grants(work: Work, person_id: UUID) -> list[Grant]:
    cases = select(CasePerson.case_id).where(CasePerson.person_id == person_id)
    return list(
        work.session.scalars(
            select(Grant).where(Grant.case_id.in_(cases), Grant.revoked_at.is_(None))
        )
    )


def needs_reason(work: Work, record: Base) -> bool:
    """Whether the record tells of a restricted person and the actor has not said why she reads it
    in this visit.
    """
    subjects = _restricted_subjects(work, record)
    return bool(subjects - _opened(work, subjects))


def _restricted_subjects(work: Work, record: Base) -> set[UUID]:
    if type(record) not in _PERSON:
        return set()
    person, of_record = _PERSON[type(record)]
    row = person.class_.id if of_record is None else of_record
    statement = select(Restriction.subject_id).where(
        Restriction.person_id == person, row == record.id, _LIVE
    )
    return set(work.session.scalars(statement))


def open_restricted(work: Work, record: Base, reason: ReadingReason) -> None:
    """Let the actor read this record of a restricted person for the rest of her visit."""
    work.record(
        Act(
            OPENED,
            Purpose.PROTECTION,
            case_id=record.id if isinstance(record, Case) else None,
            subjects=_restricted_subjects(work, record),
            facts={"reason": reason.value},
        )
    )


def _opened(work: Work, subjects: Collection[UUID]) -> set[UUID]:
    session_id = work.actor.origin.session
    if session_id is None or not subjects:
        return set()
    began = select(LoginSession.created_at).where(LoginSession.id == session_id)
    statement = (
        select(AuditSubject.subject_id)
        .join(AuditEntry, AuditEntry.id == AuditSubject.id)
        .where(
            AuditSubject.subject_id.in_(subjects),
            AuditEntry.event == OPENED,
            AuditEntry.actor_id == work.actor.id,
            AuditEntry.at >= began.scalar_subquery(),
        )
    )
    return set(work.session.scalars(statement))


def _record(work: Work, event: str, subject_id: UUID, facts: dict[str, object]) -> None:
    work.record(
        Act(
            event,
            Purpose.PROTECTION,
            permission=Permission.SUBJECT_REQUEST_FULFIL,
            subjects={subject_id},
            facts=facts,
        )
    )
