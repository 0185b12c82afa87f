"""The manifest and the day of travel: who is on it, who came, departure."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.workflow import HOLD, MOVEMENT
from casework.services.movements.holds import by_request, free, holds_of, return_to_queue
from casework.services.movements.planning import move_movement
from casework.services.requests.states import move_members
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import (
    HoldState,
    MovementState,
    Purpose,
    ReleaseReason,
    RequestState,
    StayState,
)
from models.facility import Stay
from models.movement import Hold, Movement
from models.return_request import ReturnRequest

#: Who stands on a manifest.
ON_MANIFEST = (HoldState.CONFIRMED, HoldState.BOARDED, HoldState.ARRIVED)
#: What is ticked for a traveller: there, did not come, was not taken along.
PRESENT = HoldState.BOARDED
Mark = HoldState | ReleaseReason


def close_manifest(work: Work, movement: Movement) -> int:
    """Fix who travels: those who confirmed. Returns how many.

    Beds of those with quarantine are booked as stays. Raises InvalidTransition while an offer
    waits for its answer, or when nobody has confirmed.
    """
    MOVEMENT.check(movement.state, MovementState.MANIFEST_CLOSED)
    waiting = holds_of(work, movement, [HoldState.OFFERED])
    if waiting:
        raise InvalidTransition(
            N_(
                "People without an answer to their offer: %(count)s. Record each answer, or wait "
                "until the offers end."
            ),
            count=len(waiting),
        )
    travellers = holds_of(work, movement, [HoldState.CONFIRMED])
    if not travellers:
        raise InvalidTransition(N_("Nobody has confirmed yet: a manifest needs travellers."))
    free(work, holds_of(work, movement, [HoldState.HELD]), ReleaseReason.CANCELLED)
    work.session.add_all(booked_stays(travellers))
    move_movement(work, movement, MovementState.MANIFEST_CLOSED, permission="movement:plan")
    return len(travellers)


def booked_stays(travellers: Iterable[Hold]) -> list[Stay]:
    """The stays that wait for these travellers, of those who have a bed."""
    return [_stay(hold) for hold in travellers if hold.room_id]


def _stay(hold: Hold) -> Stay:
    assert hold.room is not None  # noqa: S101 - asked before
    return Stay(
        hold_id=hold.id,
        member_id=hold.member_id,
        person_id=hold.member.person_id,
        subject_id=hold.member.subject_id,
        facility_id=hold.room.facility_id,
        room_id=hold.room_id,
        state=StayState.HELD,
        first_night=hold.first_night,
        last_night=hold.last_night,
    )


def manifest(work: Work, movement: Movement) -> list[Hold]:
    """Travellers whom the actor may board, by request."""
    return boardable(work, holds_of(work, movement, ON_MANIFEST))


def boardable(work: Work, holds: Sequence[Hold]) -> list[Hold]:
    """Those of the travellers whom the actor may board."""
    statement = select(ReturnRequest.id).where(
        ReturnRequest.id.in_({hold.request_id for hold in holds}),
        visible(work.actor, Permission.MANIFEST_BOARD, ReturnRequest),
    )
    requests = set(work.session.scalars(statement))
    return [hold for hold in holds if hold.request_id in requests]


def record_boarding(work: Work, movement: Movement, marks: Mapping[UUID, Mark]) -> int:
    """Tick travellers: present, did not come, or was not taken along. Returns how many changed.

    Who does not travel waits again in the old place, and the bed is free. Marks of travellers the
    actor may not board are left out. Raises InvalidTransition outside the day of travel,
    InvalidInput for a traveller of another movement.
    """
    _check_of_this(work, movement, marks)
    if movement.state not in (MovementState.MANIFEST_CLOSED, MovementState.DEPARTED):
        raise InvalidTransition(
            N_("Boarding begins when the manifest is closed. Movement, state: %(state)s."),
            state=movement.state,
        )
    travellers = [hold for hold in manifest(work, movement) if hold.id in marks]
    present = [
        hold
        for hold in travellers
        if marks[hold.id] is PRESENT and hold.state is HoldState.CONFIRMED
    ]
    for hold in present:
        HOLD.check(hold.state, PRESENT)
        hold.state, hold.boarded_at = PRESENT, clock.now()
    if present:
        _record_present(work, present)
    left = 0
    for reason in (ReleaseReason.NO_SHOW, ReleaseReason.OFFLOADED):
        absent = [hold for hold in travellers if marks[hold.id] is reason]
        left += len(absent)
        for party in by_request(absent):
            return_to_queue(work, party, reason)
    return len(present) + left


def _check_of_this(work: Work, movement: Movement, marks: Mapping[UUID, Mark]) -> None:
    elsewhere = select(func.count()).select_from(Hold)
    count = work.session.scalar(
        elsewhere.where(Hold.id.in_(marks), Hold.movement_id != movement.id)
    )
    if count:
        raise InvalidInput(
            N_("%(count)s of those ticked stand on another movement. Nothing was saved."),
            count=count,
        )


def _record_present(work: Work, present: Sequence[Hold]) -> None:
    work.record(
        Act(
            "boarding.recorded",
            Purpose.RETURN_ASSISTANCE,
            permission="manifest:board",
            facts={"present": len(present)},
        )
    )


def depart(work: Work, movement: Movement) -> int:
    """Let the movement leave with everyone ticked present; returns how many.

    Raises InvalidTransition while anybody is neither present nor absent, or nobody is present.
    """
    MOVEMENT.check(movement.state, MovementState.DEPARTED)
    with work.beyond("nobody leaves with a movement before everybody on it is ticked"):
        open_ = holds_of(work, movement, [HoldState.CONFIRMED])
    if open_:
        raise InvalidTransition(
            N_("Neither present nor absent: %(count)s travellers. Tick each of them first."),
            count=len(open_),
        )
    aboard = _aboard(work, movement)
    _move(work, aboard, RequestState.TRAVELLING, "request.travelling")
    move_movement(work, movement, MovementState.DEPARTED, permission="manifest:board")
    return len(aboard)


def _aboard(work: Work, movement: Movement) -> list[Hold]:
    """Everyone present, all of whom the actor may board."""
    with work.beyond("who records a journey must be of everybody aboard; others are only counted"):
        aboard = holds_of(work, movement, [PRESENT])
    if not aboard:
        raise InvalidTransition(N_("Nobody is ticked as present."))
    if len(boardable(work, aboard)) < len(aboard):
        raise InvalidTransition(
            N_(
                "Travellers of other missions or facilities are aboard: this is for the "
                "consular desk to record."
            )
        )
    return aboard


def _move(work: Work, holds: Iterable[Hold], target: RequestState, event: str) -> None:
    for party in by_request(holds):
        members = [hold.member for hold in party]
        cause = str(party[0].movement_id)
        move_members(work, party[0].request, members, target, event=event, cause=cause)
