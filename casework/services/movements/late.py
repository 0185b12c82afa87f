"""Joining a closed manifest: the next who fits takes a place that was given up, or a new seat.

Somebody further down the order joins only after two people put the household first (a departure
from the order). Who came without standing on the manifest is written down as it is: she is here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.allocation_check import check
from casework.rules.allocation_first_fit import first_fit
from casework.rules.allocation_problem import Allocation, Problem
from casework.rules.workflow import HOLD
from casework.services.access import require
from casework.services.movements.boarding import booked_stays
from casework.services.movements.holds import holds_of
from casework.services.movements.problem import Candidate, build_problem
from casework.services.movements.run_store import store_holds, store_outcomes, store_run
from casework.services.movements.solving import UnprovenAllocation
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.requests.states import move_members
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import (
    HoldState,
    LateReason,
    MovementState,
    Purpose,
    RequestState,
)
from models.movement import Hold, Movement
from models.return_request import RequestMember, ReturnRequest

LATE = "late_addition"
#: When one can join, and with which reasons.
REASONS = {
    MovementState.MANIFEST_CLOSED: (LateReason.NO_SHOW_REPLACED, LateReason.SEAT_ADDED),
    MovementState.DEPARTED: (LateReason.CAME_UNLISTED,),
}


@dataclass(frozen=True)
class LateAddition:
    """Which request joins, why, and who of the household said yes in what words."""

    reference: str
    reason: LateReason
    word: str


def late_reasons(movement: Movement) -> tuple[LateReason, ...]:
    """Reasons that are possible now; none before the manifest is closed, or after arrival."""
    return REASONS.get(movement.state, ())


def add_late(work: Work, movement: Movement, late: LateAddition) -> int:
    """Let a waiting household join; returns how many people.

    Raises InvalidTransition when nobody can join now, InvalidInput when the request does not wait,
    does not fit, or others who fit stand before it.
    """
    require(work, Permission.MOVEMENT_PLAN, movement)
    lock_beds(work)
    work.session.refresh(movement)
    if late.reason not in late_reasons(movement):
        raise InvalidTransition(
            N_("The movement is: %(state)s. Nobody can join it for this reason."),
            state=movement.state,
        )
    if not late.word:
        raise InvalidInput(N_("Write who said yes and in what words."), "word")
    request = _find(work, late.reference)
    unlisted = late.reason is LateReason.CAME_UNLISTED
    with work.beyond("who joins is chosen among everybody who waits, of any mission"):
        holds = _place(work, movement, request, must_fit=not unlisted)
    _confirm(work, movement, request, holds, late)
    if unlisted:
        _bring_aboard(work, movement, request, holds)
    return len(holds)


def _find(work: Work, reference: str) -> ReturnRequest:
    request = work.session.scalars(
        select(ReturnRequest).where(
            ReturnRequest.reference == reference.strip().upper(),
            visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
        )
    ).first()
    if request is None or request.state is not RequestState.QUEUED:
        raise InvalidInput(N_("No request of this number waits in the queue."), "reference")
    return request


def _place(
    work: Work, movement: Movement, request: ReturnRequest, *, must_fit: bool
) -> Sequence[Hold]:
    """Seat and bed for the household, as a run of its own."""
    work.session.flush()
    with work.unseen():
        problem, candidates = build_problem(work, movement)
    ours = [one for one in candidates if one.request.id == request.id]
    alone = replace(problem, households=tuple(part for one in ours for part in one.households))
    answer = first_fit(alone)
    if must_fit:
        _check_next(problem, request, answer)
    if answer.placed:
        _store(work, movement, alone, ours, answer)
    elif not must_fit:
        _seat_without_bed(work, movement, request)
    return [
        hold for hold in holds_of(work, movement, [HoldState.HELD]) if hold.request_id == request.id
    ]


def _check_next(problem: Problem, request: ReturnRequest, answer: Allocation) -> None:
    if not answer.placed:
        reason = answer.waiting[0].reason if answer.waiting else None
        raise InvalidInput(
            N_("This household does not fit: %(why)s."),
            "reference",
            why=reason or N_("it cannot travel with this movement"),
        )
    in_order = first_fit(problem).placed
    if str(request.id) not in {placement.request_id for placement in in_order}:
        raise InvalidInput(
            N_(
                "Others who fit stand before this household. Take the next in order, or ask for a "
                "departure from the order, which a second person approves."
            ),
            "reference",
        )


def _store(
    work: Work,
    movement: Movement,
    problem: Problem,
    candidates: Sequence[Candidate],
    answer: Allocation,
) -> None:
    faults = check(problem, answer)
    if faults:
        raise UnprovenAllocation(str(faults[0]))
    run = store_run(work, movement, LATE, problem, answer)
    store_outcomes(work, run, candidates, answer)
    store_holds(work, movement, candidates, answer)
    facts = {"status": LATE, "placed": run.placed, "waiting": run.waiting}
    work.record(
        Act(
            "movement.allocated",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.MOVEMENT_PLAN,
            facts=facts,
            cause=str(movement.id),
        )
    )


def _seat_without_bed(work: Work, movement: Movement, request: ReturnRequest) -> None:
    """She is here, and no room is free for all nights: the facility finds one."""
    for member in request.members:
        if member.state is RequestState.QUEUED:
            attempts = select(func.coalesce(func.max(Hold.attempt), 0)).where(
                Hold.movement_id == movement.id, Hold.member_id == member.id
            )
            work.session.add(
                Hold(
                    movement=movement,
                    request=request,
                    member=member,
                    subject_id=member.subject_id,
                    attempt=(work.session.scalar(attempts) or 0) + 1,
                    state=HoldState.HELD,
                    payer=movement.payer,
                )
            )


def _confirm(
    work: Work,
    movement: Movement,
    request: ReturnRequest,
    holds: Sequence[Hold],
    late: LateAddition,
) -> None:
    now, members = clock.now(), [hold.member for hold in holds]
    for hold in holds:
        HOLD.check(hold.state, HoldState.OFFERED)
        HOLD.check(HoldState.OFFERED, HoldState.CONFIRMED)
        hold.state, hold.word = HoldState.CONFIRMED, late.word
        hold.offered_at = hold.expires_at = hold.answered_at = now
    work.session.add_all(booked_stays(holds))
    facts = {"movement": str(movement.id), "reason": late.reason.value, "people": len(holds)}
    work.record(
        Act(
            "manifest.added_late",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.MOVEMENT_PLAN,
            subjects={hold.subject_id for hold in holds},
            facts=facts,
        )
    )
    _move(work, request, members, RequestState.OFFERED, "request.offered", late.reason)
    _move(work, request, members, RequestState.CONFIRMED, "request.confirmed", late.reason)


def _bring_aboard(
    work: Work, movement: Movement, request: ReturnRequest, holds: Sequence[Hold]
) -> None:
    for hold in holds:
        HOLD.check(hold.state, HoldState.BOARDED)
        hold.state, hold.boarded_at = HoldState.BOARDED, clock.now()
    members = [hold.member for hold in holds]
    reason = LateReason.CAME_UNLISTED
    _move(work, request, members, RequestState.TRAVELLING, "request.travelling", reason)


def _move(
    work: Work,
    request: ReturnRequest,
    members: Sequence[RequestMember],
    target: RequestState,
    event: str,
    reason: LateReason,
) -> None:
    move_members(work, request, members, target, event=event, reason=reason.value)
