"""The scopes of the access matrix as WHERE clauses.

`visible` and `facts_of` say the same thing twice, once for lists and once for a record; a property
test proves that they agree for every role, permission and record.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from casework.actor import Actor
from casework.clock import now
from casework.policy import (
    MINISTRY,
    NEVER_ONES_OWN,
    OWN_DRAFT,
    OWN_WORD,
    PARTS,
    SECOND_PERSON,
    Permission,
    opened_to,
    scopes_of,
)
from casework.vocabulary import ActorKind, HoldState, RequestState
from models.activity import ActivityAlert
from models.approval import Approval
from models.assistance import BudgetLine
from models.base import Base
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
from models.return_request import RequestMember, ReturnRequest
from models.rights import SubjectRequest
from models.user import User

Clause = ColumnElement[bool]


def visible(actor: Actor, permission: Permission, model: type[Base]) -> Clause:
    """Rows of `model` on which the actor has `permission`."""
    if actor.kind is ActorKind.PERSON:
        if model is not ReturnRequest or permission not in OWN_WORD:
            return false()
        return ReturnRequest.id == actor.request_id
    scopes = scopes_of(actor.role, permission)
    if not scopes:
        return false()
    clause = or_(
        *(and_(*(_atom(actor, atom, model) for atom in sorted(scope))) for scope in scopes)
    )
    if model is ReturnRequest:
        clause = _drafts_apart(actor, permission, clause)
    if model in _OWN:
        own = _OWN[model] == actor.id
        clause = own if permission in OWN_DRAFT else and_(own, clause)
    if model is Approval:
        clause = and_(clause, _of_kind(permission))
    return and_(
        or_(clause, _opened(actor, permission, model)),
        _not_excluded(actor, model),
        _readable(actor, permission, model),
        _not_ones_own(actor, permission, model),
    )


def _of_kind(permission: Permission) -> Clause:
    """Acts that are decided under this permission."""
    return Approval.kind.in_([kind for kind, asked in SECOND_PERSON.items() if asked is permission])


def _drafts_apart(actor: Actor, permission: Permission, clause: Clause) -> Clause:
    """A draft that somebody made is closed to everybody else."""
    made = ReturnRequest.created_by_id
    draft = and_(ReturnRequest.state == RequestState.DRAFT, made.is_not(None))
    own = made == actor.id if permission in OWN_DRAFT else and_(made == actor.id, clause)
    return or_(and_(draft, own), and_(~draft, clause))


def _opened(actor: Actor, permission: Permission, model: type[Base]) -> Clause:
    """Cases that are open to the actor in an emergency."""
    if model is not Case or not actor.opened_cases or not opened_to(actor, permission):
        return false()
    return Case.id.in_(actor.opened_cases)


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
    column = _CASES.get(model)
    if column is None or not actor.excluded_cases:
        return true()
    return or_(column.is_(None), column.not_in(actor.excluded_cases))


def _atom(actor: Actor, atom: str, model: type[Base]) -> Clause:
    if atom in ("all", "two_person") and actor.role in MINISTRY and model in (Case, Referral):
        return false()
    if atom == "two_person" and model is Approval:
        return Approval.asked_by_id != actor.id
    if atom in ("all", "two_person"):
        return true()
    if atom == "cleared":
        return true() if actor.cleared else false()
    builder = _BUILDERS.get((model, atom))
    return builder(actor) if builder and actor.organisation_id else false()


def _request_lodged(actor: Actor) -> Clause:
    return ReturnRequest.lodged_at_id == actor.organisation_id


def _request_linked(actor: Actor) -> Clause:
    readable = visible(actor, Permission.CASE_READ, Case)
    return exists().where(Case.request_id == ReturnRequest.id, readable)


def _round_own(actor: Actor) -> Clause:
    return ConfirmationRound.organisation_id == actor.organisation_id


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
    (ConfirmationRound, "mission"): _round_own,
    (ConfirmationRound, "org"): _round_own,
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
    (User, "org"): lambda actor: User.organisation_id == actor.organisation_id,
    (Approval, "org"): lambda actor: Approval.organisation_id == actor.organisation_id,
    (SubjectRequest, "org"): (
        lambda actor: SubjectRequest.organisation_id == actor.organisation_id
    ),
    (Complaint, "org"): lambda actor: Complaint.organisation_id == actor.organisation_id,
    (Disposal, "org"): lambda actor: Disposal.organisation_id == actor.organisation_id,
    (BreakGlass, "org"): lambda actor: BreakGlass.organisation_id == actor.organisation_id,
    (ActivityAlert, "org"): lambda actor: ActivityAlert.organisation_id == actor.organisation_id,
}

#: The case that a record is about: a conflict of interest with it hides the record.
_CASES: dict[type[Base], InstrumentedAttribute[Any]] = {
    Case: Case.id,
    Referral: Referral.case_id,
    Approval: Approval.case_id,
    BreakGlass: BreakGlass.case_id,
    Complaint: Complaint.case_id,
}

#: What reading a record asks for, where parts of it ask for more.
_READ: dict[type[Base], Permission] = {
    ReturnRequest: Permission.RETURN_REQUEST_READ,
    Movement: Permission.MOVEMENT_READ,
    Stay: Permission.STAY_READ,
    Case: Permission.CASE_READ,
    Referral: Permission.REFERRAL_READ,
}

#: What nobody but its maker ever opens.
_OWN: dict[type[Base], InstrumentedAttribute[Any]] = {
    RequestDraft: RequestDraft.user_id,
    ImportFile: ImportFile.user_id,
}

#: Who made what another must approve.
_AUTHORS: dict[type[Base], InstrumentedAttribute[Any]] = {
    Movement: Movement.created_by_id,
    User: User.id,
    Approval: Approval.record_id,
}
