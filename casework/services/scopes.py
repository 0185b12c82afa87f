"""The scopes of the access matrix as WHERE clauses, and the facts of loaded rows.

`visible` and `facts_of` say the same thing twice, once for lists and once for a record; a property
test proves that they agree for every role, permission and record.
"""

from collections.abc import Callable
from datetime import datetime
from functools import singledispatch
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from casework.actor import Actor
from casework.clock import now
from casework.policy import (
    MINISTRY,
    NEVER_ONES_OWN,
    OWN_DRAFT,
    PARTS,
    Facts,
    Permission,
    Side,
    scopes_of,
)
from casework.vocabulary import HoldState, RequestState
from models.assistance import BudgetLine
from models.base import Base
from models.case import Case, CasePerson, Grant
from models.concern import Concern
from models.facility import Facility, Room, Stay
from models.movement import Hold, Movement
from models.organisation import Organisation
from models.referral import DirectoryEntry, Referral
from models.return_request import RequestMember, ReturnRequest
from models.user import User

Clause = ColumnElement[bool]


def visible(actor: Actor, permission: Permission, model: type[Base]) -> Clause:
    """Rows of `model` on which the actor has `permission`."""
    scopes = scopes_of(actor.role, permission)
    if not scopes:
        return false()
    clause = or_(*(and_(*(_atom(actor, atom, model) for atom in scope)) for scope in scopes))
    if model is ReturnRequest and permission in OWN_DRAFT:
        made = ReturnRequest.created_by_id
        draft = and_(ReturnRequest.state == RequestState.DRAFT, made.is_not(None))
        clause = or_(and_(draft, made == actor.id), and_(~draft, clause))
    return and_(
        clause,
        _not_excluded(actor, model),
        _readable(actor, permission, model),
        _not_ones_own(actor, permission, model),
    )


def _readable(actor: Actor, permission: Permission, model: type[Base]) -> Clause:
    """A part of a record is open only to who may read the record itself."""
    if permission not in PARTS:
        return true()
    read = _READ.get(model)
    return visible(actor, read, model) if read else false()


def _not_ones_own(actor: Actor, permission: Permission, model: type[Base]) -> Clause:
    author = _AUTHORS.get(model)
    if author is None or permission not in NEVER_ONES_OWN:
        return true()
    return author.is_distinct_from(actor.id)


def _not_excluded(actor: Actor, model: type[Base]) -> Clause:
    if not actor.excluded_cases or model not in (Case, Referral):
        return true()
    column = Case.id if model is Case else Referral.case_id
    return column.not_in(actor.excluded_cases)


def _atom(actor: Actor, atom: str, model: type[Base]) -> Clause:
    if atom == "all":
        withheld = actor.role in MINISTRY and model in (Case, Referral)
        return false() if withheld else true()
    if atom == "cleared":
        return true() if actor.cleared else false()
    if atom == "two_person":
        return true()
    builder = _BUILDERS.get((model, atom))
    return builder(actor) if builder and actor.organisation_id else false()


def _request_lodged(actor: Actor) -> Clause:
    return ReturnRequest.lodged_at_id == actor.organisation_id


def _request_linked(actor: Actor) -> Clause:
    readable = visible(actor, Permission.CASE_READ, Case)
    return exists().where(Case.request_id == ReturnRequest.id, readable)


def _booked_at(actor: Actor) -> Clause:
    """A hold, not given back, on a bed of the actor's facility."""
    return and_(
        Hold.state != HoldState.RELEASED,
        Hold.room_id == Room.id,
        Room.facility_id == Facility.id,
        Facility.organisation_id == actor.organisation_id,
    )


def _request_at_facility(actor: Actor) -> Clause:
    booked = exists().where(Hold.request_id == ReturnRequest.id, _booked_at(actor))
    staying = exists().where(
        RequestMember.request_id == ReturnRequest.id,
        Stay.member_id == RequestMember.id,
        Stay.facility_id == Facility.id,
        Facility.organisation_id == actor.organisation_id,
    )
    return or_(booked, staying)


def _movement_at_facility(actor: Actor) -> Clause:
    return exists().where(Hold.movement_id == Movement.id, _booked_at(actor))


def _movement_from_mission(actor: Actor) -> Clause:
    return exists().where(
        Hold.movement_id == Movement.id,
        Hold.request_id == ReturnRequest.id,
        ReturnRequest.lodged_at_id == actor.organisation_id,
    )


def _facility_own(actor: Actor) -> Clause:
    return Facility.organisation_id == actor.organisation_id


def _stay_at_facility(actor: Actor) -> Clause:
    own = select(Facility.id).where(Facility.organisation_id == actor.organisation_id)
    return Stay.facility_id.in_(own)


def _stay_linked(actor: Actor) -> Clause:
    readable = visible(actor, Permission.CASE_READ, Case)
    return exists().where(
        CasePerson.person_id == Stay.person_id, CasePerson.case_id == Case.id, readable
    )


def _case_own(actor: Actor) -> Clause:
    creator = aliased(User)
    made = exists().where(
        creator.id == Case.created_by_id, creator.organisation_id == actor.organisation_id
    )
    return or_(Case.organisation_id == actor.organisation_id, made)


def _case_granted(actor: Actor) -> Clause:
    return exists().where(
        Grant.case_id == Case.id,
        Grant.organisation_id == actor.organisation_id,
        Grant.revoked_at.is_(None),
        Grant.expires_at > now(),
    )


def _referral_party(actor: Actor) -> Clause:
    return or_(
        Referral.from_organisation_id == actor.organisation_id,
        and_(
            Referral.to_organisation_id == actor.organisation_id,
            Referral.sent_at.is_not(None),
        ),
    )


def _referral_assigned(actor: Actor) -> Clause:
    own_case = exists().where(Case.id == Referral.case_id, Case.assigned_to_id == actor.id)
    return or_(own_case, Referral.assigned_to_id == actor.id)


_BUILDERS: dict[tuple[type[Base], str], Callable[[Actor], Clause]] = {
    (ReturnRequest, "mission"): _request_lodged,
    (ReturnRequest, "org"): _request_lodged,
    (ReturnRequest, "own_org"): _request_lodged,
    (ReturnRequest, "linked"): _request_linked,
    (ReturnRequest, "facility"): _request_at_facility,
    (Movement, "facility"): _movement_at_facility,
    (Movement, "mission"): _movement_from_mission,
    (Facility, "facility"): _facility_own,
    (Stay, "facility"): _stay_at_facility,
    (Stay, "linked"): _stay_linked,
    (Case, "assigned"): lambda actor: Case.assigned_to_id == actor.id,
    (Case, "org"): lambda actor: Case.organisation_id == actor.organisation_id,
    (Case, "own_org"): _case_own,
    (Case, "granted"): _case_granted,
    (Referral, "assigned"): _referral_assigned,
    (Referral, "org"): _referral_party,
    (Referral, "own_org"): _referral_party,
    (BudgetLine, "org"): lambda actor: BudgetLine.organisation_id == actor.organisation_id,
    (Concern, "org"): lambda actor: Concern.organisation_id == actor.organisation_id,
    (DirectoryEntry, "own_org"): (
        lambda actor: DirectoryEntry.organisation_id == actor.organisation_id
    ),
    (Organisation, "own_org"): lambda actor: Organisation.id == actor.organisation_id,
    (User, "own_org"): lambda actor: User.organisation_id == actor.organisation_id,
}

#: What reading a record asks for, where parts of it ask for more.
_READ: dict[type[Base], Permission] = {
    ReturnRequest: Permission.RETURN_REQUEST_READ,
    Movement: Permission.MOVEMENT_READ,
    Stay: Permission.STAY_READ,
    Case: Permission.CASE_READ,
    Referral: Permission.REFERRAL_READ,
}

#: Who made what another must approve.
_AUTHORS: dict[type[Base], InstrumentedAttribute[Any]] = {
    Movement: Movement.created_by_id,
    User: User.id,
}


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
    )


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
    case = session.get_one(Case, row.case_id)
    return Facts(
        side=Side.CASE,
        read=Permission.REFERRAL_READ,
        holders=frozenset(parties),
        organisations=frozenset(parties),
        assigned_to=_known(case.assigned_to_id, row.assigned_to_id),
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
    return Facts(holders=frozenset({row.organisation_id}), author=row.id)
