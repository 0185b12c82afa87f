"""How long people may take to answer an offer of one movement."""

from datetime import datetime

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.offers import closing_time
from casework.services.access import require
from casework.services.work import Work
from casework.vocabulary import HoldState, MovementState, Purpose
from models.movement import Hold, Movement

MOST_HOURS = 14 * 24
#: Until the manifest is closed.
OPEN = (MovementState.PLANNED, MovementState.ALLOCATING, MovementState.OFFERS_SENT)


def set_answer_time(
    work: Work, movement: Movement, hours: int, closes_at: datetime | None
) -> Movement:
    """Let offers sent from now on last `hours`, and none longer than `closes_at`.

    What was promised stays: raises InvalidInput when an offer already sent would end later, or
    when the time is over or after the day of departure; InvalidTransition once the manifest is
    closed.
    """
    require(work, Permission.MOVEMENT_PLAN, movement)
    if movement.state not in OPEN:
        raise InvalidTransition(
            N_("The movement is: %(state)s. No offer of it waits any more."), state=movement.state
        )
    if not 1 <= hours <= MOST_HOURS:
        raise InvalidInput(N_("Hours are a number from 1 to %(most)s."), "hours", most=MOST_HOURS)
    _check_closing(work, movement, closes_at)
    movement.offer_hours, movement.closes_at = hours, closes_at
    facts = {"hours": hours, "closes": closes_at.isoformat() if closes_at else None}
    work.record(
        Act(
            "movement.answer_time_set",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.MOVEMENT_PLAN,
            facts=facts,
        )
    )
    return movement


def _check_closing(work: Work, movement: Movement, closes_at: datetime | None) -> None:
    if closes_at is None:
        return
    if not clock.now() < closes_at <= closing_time(movement.departs_on, None):
        raise InvalidInput(
            N_("Choose a time from now until the end of the day of departure."), "closes_on"
        )
    promised = work.session.scalar(
        select(func.max(Hold.expires_at)).where(
            Hold.movement_id == movement.id, Hold.state == HoldState.OFFERED
        )
    )
    if promised is not None and closes_at < promised:
        raise InvalidInput(
            N_("Offers already sent last until %(when)s: choose that time or a later one."),
            "closes_on",
            when=promised,
        )
