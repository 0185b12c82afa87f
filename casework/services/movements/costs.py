"""Who pays for each traveller's ticket and quarantine, and who approved that.

Before places are given out a funder may be assigned to a request: its people then may have the
seats kept for that funder.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.movements.holds import holds_of
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import HoldState, Payer, Purpose
from models.movement import Hold, Movement
from models.return_request import ReturnRequest

TRAVELLING = tuple(state for state in HoldState if state is not HoldState.RELEASED)


@dataclass(frozen=True)
class CostLine:
    """One traveller's costs, as a page shows them."""

    hold: Hold

    @property
    def open(self) -> bool:
        """Whether something is still to be approved."""
        ticket = self.hold.ticket_approved_at is None
        return ticket or (
            self.hold.room_id is not None and self.hold.quarantine_approved_at is None
        )


def costs_of(work: Work, movement: Movement) -> list[CostLine]:
    """Everybody who has a place, by request."""
    return [CostLine(hold) for hold in holds_of(work, movement, TRAVELLING)]


def approve_costs(
    work: Work, movement: Movement, hold_ids: Collection[UUID], *, ticket: bool, quarantine: bool
) -> int:
    """Approve the tickets, or the quarantine, of these travellers; returns how many people."""
    require(work, Permission.MOVEMENT_PLAN, movement)
    chosen = _chosen(work, movement, hold_ids)
    now, who = clock.now(), work.actor.id
    for hold in chosen:
        if ticket and hold.ticket_approved_at is None:
            hold.ticket_approved_at, hold.ticket_approved_by_id = now, who
        if quarantine and hold.room_id and hold.quarantine_approved_at is None:
            hold.quarantine_approved_at, hold.quarantine_approved_by_id = now, who
    facts = {"ticket": ticket, "quarantine": quarantine, "people": len(chosen)}
    _record(work, "hold.costs_approved", facts)
    return len(chosen)


def change_payers(
    work: Work,
    movement: Movement,
    hold_ids: Collection[UUID],
    ticket: Payer | None,
    quarantine: Payer | None,
) -> int:
    """Somebody else pays; what was approved must be approved anew. Returns how many people."""
    require(work, Permission.MOVEMENT_PLAN, movement)
    if ticket is None and quarantine is None:
        raise InvalidInput(N_("Choose who pays."), "ticket_payer")
    chosen = _chosen(work, movement, hold_ids)
    for hold in chosen:
        _pay(hold, ticket, quarantine)
    facts = {
        "payer": ticket.value if ticket else None,
        "quarantine_payer": quarantine.value if quarantine else None,
        "people": len(chosen),
    }
    _record(work, "hold.payer_changed", facts)
    return len(chosen)


def assign_funder(work: Work, movement: Movement, reference: str, payer: Payer) -> ReturnRequest:
    """Say who pays for the tickets of a request, placed or not.

    Raises InvalidInput when the actor knows no such request.
    """
    require(work, Permission.MOVEMENT_PLAN, movement)
    request = work.session.scalars(
        select(ReturnRequest).where(
            ReturnRequest.reference == reference.strip().upper(),
            visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
        )
    ).first()
    if request is None:
        raise InvalidInput(N_("There is no request of this number."), "reference")
    request.payer = payer
    for hold in holds_of(work, movement, TRAVELLING):
        if hold.request_id == request.id:
            _pay(hold, payer, None)
    _record(work, "request.payer_changed", {"payer": payer.value})
    return request


def _pay(hold: Hold, ticket: Payer | None, quarantine: Payer | None) -> None:
    if ticket is not None and ticket is not hold.payer:
        hold.payer = ticket
        hold.ticket_approved_at = hold.ticket_approved_by_id = None
    if quarantine is not None and quarantine is not hold.quarantine_payer:
        hold.quarantine_payer = quarantine
        hold.quarantine_approved_at = hold.quarantine_approved_by_id = None


def _chosen(work: Work, movement: Movement, hold_ids: Collection[UUID]) -> list[Hold]:
    chosen = [hold for hold in holds_of(work, movement, TRAVELLING) if hold.id in hold_ids]
    if not chosen:
        raise InvalidInput(N_("Tick the travellers."), "")
    return chosen


def _record(work: Work, event: str, facts: dict[str, Any]) -> None:
    work.record(
        Act(
            event,
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.MOVEMENT_PLAN,
            facts=facts,
        )
    )
