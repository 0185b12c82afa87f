"""Departing from the published order for one household and one movement."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_, Message
from casework.policy import Permission
from casework.services.access import require
from casework.services.approvals.asking import ask
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import (
    ApprovalKind,
    MovementState,
    OverrideKind,
    OverrideReason,
    Purpose,
    RequestState,
)
from models.approval import AllocationOverride, Approval
from models.movement import Movement
from models.return_request import ReturnRequest

#: Places are given out until departure: by a run, when one is given back, to who joins late.
BEFORE_DEPARTURE = (
    MovementState.PLANNED,
    MovementState.ALLOCATING,
    MovementState.OFFERS_SENT,
    MovementState.MANIFEST_CLOSED,
)


def ask_override(
    work: Work,
    movement: Movement,
    reference: str,
    kind: OverrideKind,
    code: OverrideReason,
    reason: str,
) -> Approval:
    """Ask that the next run takes this household first, or leaves it out.

    Never by who planned the movement: she may be the one who decides.
    """
    require(work, Permission.MOVEMENT_OVERRIDE, movement)
    _check_before_departure(movement)
    request = work.session.scalars(
        select(ReturnRequest).where(
            ReturnRequest.reference == reference.strip().upper(),
            visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
        )
    ).first()
    if request is None or request.state is not RequestState.QUEUED:
        raise InvalidInput(N_("No request of this number waits in the queue."), "reference")
    if request.country not in movement.origin_countries:
        raise InvalidInput(N_("The movement does not leave from this country."), "reference")
    details = {"movement": str(movement.id), "kind": kind.value, "reason": code.value}
    return ask(work, ApprovalKind.ALLOCATION_OVERRIDE, request, reason, details=details)


def override(work: Work, approval: Approval) -> AllocationOverride:
    """What was approved: the next run takes it into account. An earlier one of the same ends."""
    movement = work.session.get_one(Movement, UUID(approval.details["movement"]))
    _check_before_departure(movement)
    for earlier in overrides_of(work, movement):
        if earlier.request_id == approval.record_id:
            earlier.ended_at = clock.now()
    row = AllocationOverride(
        movement_id=movement.id,
        request_id=approval.record_id,
        approval_id=approval.id,
        kind=OverrideKind(approval.details["kind"]),
        reason=OverrideReason(approval.details["reason"]),
    )
    work.session.add(row)
    facts = {"movement": str(movement.id), "kind": row.kind.value, "reason": row.reason.value}
    work.record(_act("allocation.overridden", facts))
    return row


def end_override(work: Work, movement: Movement, override_id: UUID) -> None:
    """Go back to the published order, which needs no second person."""
    require(work, Permission.MOVEMENT_PLAN, movement)
    row = work.session.get(AllocationOverride, override_id)
    if row is None or row.movement_id != movement.id:
        raise NotFound
    if row.ended_at is not None:
        raise InvalidTransition(N_("This has ended already."))
    row.ended_at = clock.now()
    facts = {"movement": str(movement.id), "kind": row.kind.value}
    work.record(_act("allocation.override_ended", facts))


def overrides_of(work: Work, movement: Movement) -> list[AllocationOverride]:
    """Departures from the order that the next run takes into account."""
    statement = (
        select(AllocationOverride)
        .where(AllocationOverride.movement_id == movement.id, AllocationOverride.ended_at.is_(None))
        .options(joinedload(AllocationOverride.request))
        .order_by(AllocationOverride.id)
    )
    return list(work.session.scalars(statement))


def override_asked(work: Work, approval: Approval) -> Message:
    """What is asked, in words."""
    movement = work.session.get_one(Movement, UUID(approval.details["movement"]))
    request = work.session.get_one(ReturnRequest, approval.record_id)
    return Message(
        N_("Request %(request)s on movement %(movement)s: %(kind)s (%(reason)s)"),
        {
            "request": request.reference,
            "movement": movement.reference,
            "kind": OverrideKind(approval.details["kind"]),
            "reason": OverrideReason(approval.details["reason"]),
        },
    )


def _check_before_departure(movement: Movement) -> None:
    if movement.state not in BEFORE_DEPARTURE:
        raise InvalidTransition(
            N_("The movement is: %(state)s. The order can be departed from only before departure."),
            state=movement.state,
        )


def _act(event: str, facts: dict[str, Any]) -> Act:
    return Act(
        event,
        Purpose.RETURN_ASSISTANCE,
        permission=Permission.MOVEMENT_OVERRIDE,
        facts=facts,
    )
