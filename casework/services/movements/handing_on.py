"""Places given back go to the next household that fits, in the published order, at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidTransition
from casework.messages import N_
from casework.rules.offers import closing_time, offer_ends
from casework.rules.workflow import HOLD
from casework.services.movements.allocation import backfill
from casework.services.movements.holds import by_request, holds_of
from casework.services.movements.telling import tell_principal
from casework.services.requests.states import move_members
from casework.services.work import Work
from casework.vocabulary import HoldState, MessageKind, MovementState, RequestState
from models.movement import Hold, Movement


def closes_at(movement: Movement) -> datetime:
    """The moment after which no offer of this movement can be answered."""
    return closing_time(movement.departs_on, movement.closes_at)


def offer_places(work: Work, holds: Sequence[Hold]) -> None:
    """Offer held places of one movement to their households, each until its own end, and say so.

    A journey that is recorded after it was made gives each the whole time. Raises
    InvalidTransition when the time to answer is over.
    """
    movement, now = holds[0].movement, clock.now()
    lifetime, closing = timedelta(hours=movement.offer_hours), closes_at(movement)
    over = now >= closing
    if over and movement.departs_on >= clock.today():
        raise InvalidTransition(
            N_(
                "The time to answer ended on %(when)s. Set a later time under “Time to answer”, or "
                "close the manifest."
            ),
            when=closing,
        )
    ends = now + lifetime if over else offer_ends(now, lifetime, closing)
    for party in by_request(holds):
        for hold in party:
            HOLD.check(hold.state, HoldState.OFFERED)
            hold.state, hold.offered_at, hold.expires_at = HoldState.OFFERED, now, ends
        move_members(
            work,
            party[0].request,
            [hold.member for hold in party],
            RequestState.OFFERED,
            event="request.offered",
            cause=str(movement.id),
        )
        tell_principal(work, party, MessageKind.OFFER)


def hand_on(work: Work, movement: Movement, cause: str) -> int:
    """Offer places given back to the next who fit; returns the people offered one.

    Nothing happens before offers are sent, once the manifest is closed, or when the time to
    answer is over: those places are for the desk. `cause`: the record that gave them back.
    """
    if movement.state is not MovementState.OFFERS_SENT or clock.now() >= closes_at(movement):
        return 0
    with work.beyond("a place given back goes to the next household, of any mission"):
        system = work.acting_as(system_actor(work.actor.origin.channel))
        if backfill(system, movement, cause) is None:
            return 0
        holds = holds_of(system, movement, [HoldState.HELD])
        offer_places(system, holds)
    return len(holds)


def hand_on_all(work: Work, movements: Iterable[Movement], cause: str) -> None:
    """The same for each of these movements."""
    for movement in movements:
        hand_on(work, movement, cause)
