"""The consular officer's first page: what waits for the mission today."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select

from casework import clock
from casework.services.movements.offers import Offer, offers_to_hand_over
from casework.services.requests.ageing import StateCount, count_by_state
from casework.services.requests.reading import to_confirm
from casework.services.requests.states import ACTIVE
from casework.services.work import Work
from casework.vocabulary import HoldState, MovementState
from models.movement import Hold, Movement
from models.return_request import ReturnRequest


@dataclass(frozen=True)
class OfficerHome:
    """Requests by state and age, offers to hand over, the next departure, data to confirm."""

    states: Sequence[StateCount]
    offers: Sequence[Offer]
    departure: Movement | None
    to_confirm: int
    oldest: Sequence[ReturnRequest]


def officer_home(work: Work) -> OfficerHome:
    """What the officer's mission has to do."""
    count, oldest = to_confirm(work)
    return OfficerHome(
        states=count_by_state(work, ACTIVE),
        offers=offers_to_hand_over(work, 20),
        departure=_next_departure(work),
        to_confirm=count,
        oldest=oldest,
    )


def _next_departure(work: Work) -> Movement | None:
    """The next movement with somebody of this organisation on it."""
    ours = exists().where(
        Hold.movement_id == Movement.id,
        Hold.state.in_([HoldState.OFFERED, HoldState.CONFIRMED, HoldState.BOARDED]),
        Hold.request_id == ReturnRequest.id,
        ReturnRequest.lodged_at_id == work.actor.organisation_id,
    )
    statement = (
        select(Movement)
        .where(
            Movement.departs_on >= clock.today(),
            Movement.state.in_([MovementState.OFFERS_SENT, MovementState.MANIFEST_CLOSED]),
            ours,
        )
        .order_by(Movement.departs_on, Movement.reference)
    )
    return work.session.scalars(statement).first()
