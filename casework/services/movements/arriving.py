"""The arrival against the manifest: who came, who is missing and why, and that it is complete."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from audit.record import Act
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.workflow import HOLD, MOVEMENT
from casework.services.movements.boarding import boardable
from casework.services.movements.holds import by_request, holds_of, return_to_queue
from casework.services.movements.planning import move_movement
from casework.services.requests.states import move_members
from casework.services.work import Work
from casework.vocabulary import (
    HoldState,
    MovementState,
    Purpose,
    ReleaseReason,
    RequestState,
)
from models.movement import Hold, Movement

#: Who stands on the page of an arrival.
EXPECTED = (HoldState.BOARDED, HoldState.ARRIVED)
#: What is ticked for a traveller.
ArrivalMark = HoldState | ReleaseReason
HERE, MISSING = HoldState.ARRIVED, ReleaseReason.MISSING


def expected(work: Work, movement: Movement) -> list[Hold]:
    """Travellers on their way or here whom the actor may receive."""
    return boardable(work, holds_of(work, movement, EXPECTED))


def reconcile(
    work: Work,
    movement: Movement,
    marks: Mapping[UUID, ArrivalMark],
    reasons: Mapping[UUID, str],
    *,
    rest_is_here: bool = False,
) -> int:
    """Tick who came and who is missing; returns how many changed. Sent twice, it changes once.

    `reasons` explain each missing traveller, in words; with `rest_is_here` everybody else whom the
    actor may receive came. A missing one waits again in the old place. Raises InvalidInput for a
    missing traveller without a reason, InvalidTransition before departure or after arrival.
    """
    if movement.state is not MovementState.DEPARTED:
        raise InvalidTransition(
            N_("Arrivals are ticked once the departure is recorded. Movement, state: %(state)s."),
            state=movement.state,
        )
    open_ = [hold for hold in expected(work, movement) if hold.state is HoldState.BOARDED]
    missing = [hold for hold in open_ if marks.get(hold.id) is MISSING]
    if any(not reasons.get(hold.id, "").strip() for hold in missing):
        raise InvalidInput(N_("Write for each missing traveller what is known."), "reason")
    here = [
        hold
        for hold in open_
        if marks.get(hold.id) is HERE or (rest_is_here and hold not in missing)
    ]
    _let_in(work, here)
    _let_go(work, missing, reasons)
    if here or missing:
        _record(work, movement, here, missing)
    return len(here) + len(missing)


def _let_in(work: Work, here: Sequence[Hold]) -> None:
    for hold in here:
        HOLD.check(hold.state, HERE)
        hold.state = HERE
    for party in by_request(here):
        move_members(
            work,
            party[0].request,
            [hold.member for hold in party],
            RequestState.ARRIVED,
            event="request.arrived",
            cause=str(party[0].movement_id),
        )


def _let_go(work: Work, missing: Sequence[Hold], reasons: Mapping[UUID, str]) -> None:
    for party in by_request(missing):
        for hold in party:
            hold.difference = reasons[hold.id].strip()
        return_to_queue(work, party, MISSING)


def _record(work: Work, movement: Movement, here: Sequence[Hold], missing: Sequence[Hold]) -> None:
    work.record(
        Act(
            "arrival.reconciled",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.MANIFEST_BOARD,
            subjects={hold.subject_id for hold in (*here, *missing)},
            facts={
                "movement": str(movement.id),
                "arrived": len(here),
                "missing": len(missing),
            },
        )
    )


def complete_arrival(work: Work, movement: Movement) -> int:
    """The manifest and the arrival agree; returns how many arrived.

    Raises InvalidTransition while anybody aboard is neither here nor explained, or nobody came.
    """
    MOVEMENT.check(movement.state, MovementState.ARRIVED)
    with work.beyond("an arrival is complete when everybody aboard is accounted for"):
        aboard = holds_of(work, movement, EXPECTED)
    open_ = [hold for hold in aboard if hold.state is HoldState.BOARDED]
    if open_:
        raise InvalidTransition(
            N_("Neither here nor explained: %(count)s travellers. Tick each of them first."),
            count=len(open_),
        )
    if not aboard:
        raise InvalidTransition(N_("Nobody of the manifest arrived."))
    move_movement(work, movement, MovementState.ARRIVED, permission="manifest:board")
    return len(aboard)


def arrive(work: Work, movement: Movement) -> int:
    """Everybody aboard is here and the arrival is complete; returns how many."""
    reconcile(work, movement, {}, {}, rest_is_here=True)
    return complete_arrival(work, movement)
