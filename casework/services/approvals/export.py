"""Exports of identified records: asked for with a purpose, approved by another, fetched once.

The ministry's desk exports return requests, an organisation's supervisor its cases. Only the
asker fetches the file, within a day of the decision; it holds what she may read at that moment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_, Message
from casework.policy import Permission
from casework.rules.need_to_know import limits
from casework.rules.workflow import listed
from casework.services.access import require
from casework.services.approvals.asking import ask
from casework.services.rights.restriction import unrestricted
from casework.services.scopes import visible
from casework.services.users import users_by_id
from casework.services.work import Work
from casework.vocabulary import (
    ApprovalKind,
    ApprovalState,
    CaseState,
    ExportPart,
    Purpose,
    RequestState,
    Role,
)
from models.approval import Approval
from models.case import Case, CasePerson
from models.person import Person
from models.return_request import RequestMember, ReturnRequest
from models.user import User

#: Records in one file at most.
MOST: Final = 2_000
Row = list[object]
Record = ReturnRequest | Case


@dataclass(frozen=True)
class Wanted:
    """Which records, and what of each person beside the name; a country only for requests."""

    parts: tuple[ExportPart, ...]
    state: RequestState | CaseState | None = None
    country: str | None = None

    def details(self) -> dict[str, Any]:
        """As the approval keeps it: codes only."""
        return {
            "parts": [part.value for part in self.parts],
            "state": self.state.value if self.state else None,
            "country": self.country,
        }


def exports_requests(work: Work) -> bool:
    """Whether the actor's exports hold return requests; those of others hold cases."""
    return work.actor.role is Role.CONSULAR_DESK


def ask_export(work: Work, wanted: Wanted, purpose: Purpose, reason: str) -> Approval:
    """Ask for a file. InvalidInput when nothing, or too much, would stand in it."""
    require(work, Permission.EXPORT_IDENTIFIED)
    statement = _records(work, wanted.details())
    count = work.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    if not 0 < count <= MOST:
        raise InvalidInput(
            N_("%(count)s records match. Choose so that it is between 1 and %(most)s."),
            "state",
            count=count,
            most=MOST,
        )
    asker = work.session.get_one(User, work.actor.id)
    details = wanted.details() | {"records": count, "purpose": purpose.value}
    return ask(work, ApprovalKind.IDENTIFIED_EXPORT, asker, reason, details=details)


def export_asked(work: Work, approval: Approval) -> Message:
    """What is asked, in words."""
    details = approval.details
    values = {
        "records": details["records"],
        "which": listed(_which(work, approval)),
        "purpose": Purpose(details["purpose"]),
    }
    if not details["parts"]:
        return Message(N_("%(which)s: %(records)s, names only. For: %(purpose)s"), values)
    parts = listed([ExportPart(part) for part in details["parts"]])
    text = N_("%(which)s: %(records)s, with: %(parts)s. For: %(purpose)s")
    return Message(text, values | {"parts": parts})


def _which(work: Work, approval: Approval) -> list[object]:
    """The kind of records, then the state and the country they are narrowed to."""
    state, country = approval.details["state"], approval.details["country"]
    asker = users_by_id(work, [approval.asked_by_id])[approval.asked_by_id]
    if asker.role is Role.CONSULAR_DESK:
        found: list[object] = [Message(N_("Return requests"))]
        found += [RequestState(state)] if state else []
    else:
        found = [Message(N_("Cases"))]
        found += [CaseState(state)] if state else []
    return found + ([country] if country else [])


def own_exports(work: Work) -> list[Approval]:
    """The actor's files, the newest first."""
    statement = select(Approval).where(
        Approval.kind == ApprovalKind.IDENTIFIED_EXPORT, Approval.asked_by_id == work.actor.id
    )
    return list(work.session.scalars(statement.order_by(Approval.id.desc()).limit(50)))


def fetchable_until(work: Work, approval: Approval) -> datetime | None:
    """Until when the asker can fetch the file; None when she cannot."""
    if approval.state is not ApprovalState.APPROVED or approval.used_at or not approval.decided_at:
        return None
    until = approval.decided_at + limits(work.database.settings.limits).download
    return until if until > clock.now() else None


@dataclass(frozen=True)
class Export:
    """The rows of a file; the first cell of each is the record's number."""

    of_requests: bool
    parts: tuple[ExportPart, ...]
    rows: Sequence[Row]


def fetch_export(work: Work, approval_id: UUID) -> Export:
    """The file of an approved export, once.

    Raises NotFound for anybody but its asker, InvalidTransition when it is not approved, too old,
    or fetched already.
    """
    require(work, Permission.EXPORT_IDENTIFIED)
    approval = work.session.scalars(
        select(Approval)
        .where(
            Approval.id == approval_id,
            Approval.kind == ApprovalKind.IDENTIFIED_EXPORT,
            Approval.asked_by_id == work.actor.id,
        )
        .with_for_update()
    ).first()
    if approval is None:
        raise NotFound
    if fetchable_until(work, approval) is None:
        raise InvalidTransition(N_("This file cannot be fetched (any more). Ask for a new one."))
    approval.used_at = clock.now()
    records = work.session.scalars(_records(work, approval.details)).all()
    parts = tuple(ExportPart(part) for part in approval.details["parts"])
    rows = [row for record in records for row in _rows(record, parts)]
    _record(work, approval, records)
    return Export(exports_requests(work), parts, rows)


def _records(work: Work, details: dict[str, Any]) -> Select[Any]:
    return _requests(work, details) if exports_requests(work) else _cases(work, details)


def _requests(work: Work, details: dict[str, Any]) -> Select[ReturnRequest]:
    statement = (
        select(ReturnRequest)
        .where(
            visible(work.actor, Permission.EXPORT_IDENTIFIED, ReturnRequest),
            unrestricted(ReturnRequest),
            ReturnRequest.state != RequestState.DRAFT,
        )
        .options(selectinload(ReturnRequest.members).joinedload(RequestMember.person))
        .order_by(ReturnRequest.reference)
    )
    if details["state"]:
        statement = statement.where(ReturnRequest.state == RequestState(details["state"]))
    if details["country"]:
        statement = statement.where(ReturnRequest.country == details["country"])
    return statement


def _cases(work: Work, details: dict[str, Any]) -> Select[Case]:
    statement = (
        select(Case)
        .where(visible(work.actor, Permission.EXPORT_IDENTIFIED, Case), unrestricted(Case))
        .options(selectinload(Case.people).joinedload(CasePerson.person))
        .order_by(Case.number)
    )
    if details["state"]:
        statement = statement.where(Case.state == CaseState(details["state"]))
    return statement


def _rows(record: Record, parts: tuple[ExportPart, ...]) -> Iterator[Row]:
    """One for each person of the record."""
    if isinstance(record, Case):
        for member in record.people:
            yield [record.number, record.state, *_person(member.person, parts)]
    else:
        for one in record.members:
            yield [record.reference, one.state, *_person(one.person, parts)]


def _person(person: Person, parts: tuple[ExportPart, ...]) -> Row:
    """Names and sex, then what was asked for, in the order of ExportPart."""
    cells: Row = [person.full_name, person.latin_name, person.sex]
    if ExportPart.BIRTH_DATE in parts:
        cells.append(person.birth_date)
    if ExportPart.NUMBERS in parts:
        cells += [person.register_number, person.passport_number]
    if ExportPart.CONTACT in parts:
        cells += [person.phone, person.email, person.safe_contact]
    return cells


def _record(work: Work, approval: Approval, records: Sequence[Record]) -> None:
    """One entry that names everybody in the file, so that each can be told."""
    people = [member.person for record in records for member in _members(record)]
    work.record(
        Act(
            "export.identified",
            Purpose(approval.details["purpose"]),
            permission=Permission.EXPORT_IDENTIFIED,
            subjects={person.subject_id for person in people},
            cells={name for name, _, _ in work.reads()},
            facts={
                "table": "return_request" if exports_requests(work) else "case",
                "records": len(records),
            },
            cause=str(approval.id),
        )
    )
    work.forget_reads()


def _members(record: Record) -> Sequence[RequestMember | CasePerson]:
    return record.people if isinstance(record, Case) else record.members
