"""The facts of loaded rows: what `casework.policy.can` needs to know of each.

`scopes.visible` says the same for lists; a property test proves that both agree.
"""

from datetime import datetime
from functools import singledispatch
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework.clock import now
from casework.policy import SECOND_PERSON, Facts, Permission, Side
from casework.vocabulary import ApprovalKind, HoldState, RequestState
from models.activity import ActivityAlert
from models.approval import Approval
from models.assistance import BudgetLine
from models.break_glass import BreakGlass
from models.case import Case, CasePerson, Grant
from models.complaint import Complaint
from models.concern import Concern
from models.confirmation import ConfirmationRound
from models.facility import Facility, Room, Stay
from models.intake import ImportFile, RequestDraft
from models.movement import Hold, Movement
from models.organisation import Organisation
from models.referral import DirectoryEntry, Referral
from models.retention import Disposal
from models.return_request import PriorityPolicy, RequestMember, ReturnRequest
from models.rights import SubjectRequest
from models.user import User

Clause = ColumnElement[bool]


@singledispatch
def facts_of(row: object, session: Session) -> Facts:
    """What `casework.policy.can` needs to know of a row."""
    raise TypeError(f"{type(row).__name__} has no access facts")


@facts_of.register
def _(row: ReturnRequest, session: Session) -> Facts:
    cases = session.scalars(select(Case).where(Case.request_id == row.id)).all()
    draft = row.state is RequestState.DRAFT
    return Facts(
        side=Side.RETURN,
        read=Permission.RETURN_REQUEST_READ,
        lodged_at=row.lodged_at_id,
        organisations=frozenset({row.lodged_at_id}),
        holders=frozenset({row.lodged_at_id}),
        facilities=_booked(session, Hold.request_id == row.id) | _staying(session, row),
        cases=tuple(facts_of(case, session) for case in cases),
        draft_of=row.created_by_id if draft else None,
        request_id=row.id,
    )


@facts_of.register
def _(row: ConfirmationRound, session: Session) -> Facts:
    return Facts(
        side=Side.RETURN,
        lodged_at=row.organisation_id,
        organisations=frozenset({row.organisation_id}),
    )


@facts_of.register(ImportFile)
@facts_of.register(RequestDraft)
def _(row: RequestDraft | ImportFile, session: Session) -> Facts:
    return Facts(side=Side.RETURN, draft_of=row.user_id)


def _booked(session: Session, where: Clause) -> frozenset[UUID]:
    organisations = session.scalars(
        select(Facility.organisation_id)
        .join(Room, Room.facility_id == Facility.id)
        .join(Hold, Hold.room_id == Room.id)
        .where(where, Hold.state != HoldState.RELEASED)
        .distinct()
    )
    return frozenset(organisations)


def _staying(session: Session, request: ReturnRequest) -> frozenset[UUID]:
    organisations = session.scalars(
        select(Facility.organisation_id)
        .join(Stay, Stay.facility_id == Facility.id)
        .join(RequestMember, RequestMember.id == Stay.member_id)
        .where(RequestMember.request_id == request.id)
        .distinct()
    )
    return frozenset(organisations)


def _missions(session: Session, movement: Movement) -> frozenset[UUID]:
    organisations = session.scalars(
        select(ReturnRequest.lodged_at_id)
        .join(Hold, Hold.request_id == ReturnRequest.id)
        .where(Hold.movement_id == movement.id)
        .distinct()
    )
    return frozenset(organisations)


@facts_of.register
def _(row: PriorityPolicy, session: Session) -> Facts:
    """Nobody stands nearer to a version than others: its author is asked for by its services."""
    return Facts()


@facts_of.register
def _(row: Movement, session: Session) -> Facts:
    return Facts(
        side=Side.RETURN,
        read=Permission.MOVEMENT_READ,
        missions=_missions(session, row),
        facilities=_booked(session, Hold.movement_id == row.id),
        author=row.created_by_id,
    )


@facts_of.register
def _(row: Facility, session: Session) -> Facts:
    return Facts(side=Side.RETURN, facilities=frozenset({row.organisation_id}))


@facts_of.register
def _(row: Stay, session: Session) -> Facts:
    facility = session.get_one(Facility, row.facility_id)
    cases = session.scalars(
        select(Case).join(CasePerson).where(CasePerson.person_id == row.person_id)
    ).all()
    return Facts(
        side=Side.RETURN,
        read=Permission.STAY_READ,
        facilities=frozenset({facility.organisation_id}),
        cases=tuple(facts_of(case, session) for case in cases),
    )


def _known(*ids: UUID | None) -> frozenset[UUID]:
    return frozenset(found for found in ids if found is not None)


def _granted_to(session: Session, case_id: UUID, at: datetime) -> frozenset[UUID]:
    organisations = session.scalars(
        select(Grant.organisation_id).where(
            Grant.case_id == case_id, Grant.revoked_at.is_(None), Grant.expires_at > at
        )
    )
    return frozenset(organisations)


@facts_of.register
def _(row: Case, session: Session) -> Facts:
    creator = session.get(User, row.created_by_id) if row.created_by_id else None
    made_by = {creator.organisation_id} if creator else set()
    return Facts(
        side=Side.CASE,
        read=Permission.CASE_READ,
        organisations=frozenset({row.organisation_id}),
        holders=frozenset({row.organisation_id, *made_by}),
        assigned_to=_known(row.assigned_to_id),
        granted_to=_granted_to(session, row.id, now()),
        case_id=row.id,
    )


@facts_of.register
def _(row: Referral, session: Session) -> Facts:
    parties = {row.from_organisation_id}
    if row.sent_at is not None:
        parties.add(row.to_organisation_id)
    case = session.get(Case, row.case_id)  # not within reach of the receiving side
    worker = case.assigned_to_id if case else None
    return Facts(
        side=Side.CASE,
        read=Permission.REFERRAL_READ,
        holders=frozenset(parties),
        organisations=frozenset(parties),
        assigned_to=_known(worker, row.assigned_to_id),
        case_id=row.case_id,
    )


@facts_of.register
def _(row: BudgetLine, session: Session) -> Facts:
    return Facts(organisations=frozenset({row.organisation_id}))


@facts_of.register
def _(row: Concern, session: Session) -> Facts:
    return Facts(organisations=frozenset({row.organisation_id}))


@facts_of.register
def _(row: DirectoryEntry, session: Session) -> Facts:
    return Facts(holders=frozenset({row.organisation_id}))


@facts_of.register
def _(row: Organisation, session: Session) -> Facts:
    return Facts(holders=frozenset({row.id}))


@facts_of.register
def _(row: User, session: Session) -> Facts:
    own = frozenset({row.organisation_id})
    return Facts(organisations=own, holders=own, author=row.id)


@facts_of.register
def _(row: SubjectRequest, session: Session) -> Facts:
    return Facts(organisations=frozenset({row.organisation_id}))


@facts_of.register
def _(row: Complaint, session: Session) -> Facts:
    return Facts(organisations=frozenset({row.organisation_id}), case_id=row.case_id)


@facts_of.register
def _(row: Disposal, session: Session) -> Facts:
    return Facts(organisations=frozenset({row.organisation_id}))


@facts_of.register
def _(row: BreakGlass, session: Session) -> Facts:
    return Facts(organisations=frozenset({row.organisation_id}), case_id=row.case_id)


@facts_of.register
def _(row: ActivityAlert, session: Session) -> Facts:
    return Facts(organisations=frozenset({row.organisation_id}))


@facts_of.register
def _(row: Approval, session: Session) -> Facts:
    """An act that waits: only its own permission decides on it, never who asked or is concerned."""
    return Facts(
        organisations=frozenset({row.organisation_id}),
        case_id=row.case_id,
        author=row.record_id if row.kind is ApprovalKind.CLEARANCE else None,
        proposed_by=row.asked_by_id,
        only=SECOND_PERSON[row.kind],
    )
