"""Offers: sent by the desk, answered through the mission, ended by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.workflow import HOLD, MOVEMENT
from casework.services.movements.handing_on import hand_on, offer_places
from casework.services.movements.holds import by_request, holds_of, return_to_queue
from casework.services.movements.planning import move_movement
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.requests.states import move_members
from casework.services.scopes import visible
from casework.services.work import Database, Work
from casework.vocabulary import (
    HoldState,
    MovementState,
    ReleaseReason,
    RequestState,
    WithdrawalChannel,
)
from models.movement import Hold, Movement
from models.return_request import RequestMember, ReturnRequest


@dataclass(frozen=True)
class Offer:
    """One request's places on one movement that wait for an answer together."""

    holds: tuple[Hold, ...]

    @property
    def request(self) -> ReturnRequest:
        """Whose offer it is."""
        return self.holds[0].request

    @property
    def movement(self) -> Movement:
        """Where the places are."""
        return self.holds[0].movement

    @property
    def key(self) -> str:
        """The first traveller's member id: names the offer among those of its request."""
        return str(self.holds[0].member_id)


def send_offers(work: Work, movement: Movement) -> int:
    """Offer every held place to its household; returns the people.

    Raises InvalidTransition when nothing is held, the time to answer is over, or the movement is
    beyond offers.
    """
    lock_beds(work)
    holds = holds_of(work, movement, [HoldState.HELD])
    if not holds:
        raise InvalidTransition(N_("No places are held. Give out the seats first."))
    if movement.state is not MovementState.OFFERS_SENT:
        move_movement(work, movement, MovementState.OFFERS_SENT, permission="offer:send")
    offer_places(work, holds)
    return len(holds)


def fill_places(work: Work, movement: Movement) -> int:
    """Offer free places to the next who fit, when the desk asks; returns the people."""
    MOVEMENT.check(movement.state, MovementState.MANIFEST_CLOSED)
    return hand_on(work, movement, str(movement.id))


def open_offers(work: Work, request: ReturnRequest) -> list[Offer]:
    """Offers of `request` that wait for an answer: of those together, and of each one apart."""
    statement = _offered().where(Hold.request_id == request.id)
    return _offers(work.session.scalars(statement).unique().all())


def offers_to_hand_over(work: Work, limit: int = 200) -> list[Offer]:
    """Offers waiting at the missions the actor answers for, the next to end first."""
    allowed = visible(work.actor, Permission.OFFER_ANSWER, ReturnRequest)
    statement = _offered().where(allowed, Hold.expires_at > clock.now()).limit(limit)
    return _offers(work.session.scalars(statement).unique().all())


def _offered() -> Select[Hold]:
    return (
        select(Hold)
        .join(Hold.request)
        .join(Hold.member)
        .options(
            joinedload(Hold.member).joinedload(RequestMember.person),
            joinedload(Hold.request),
            joinedload(Hold.movement),
        )
        .where(Hold.state == HoldState.OFFERED)
        .execution_options(populate_existing=True)  # whoever had the lock before may have answered
        .order_by(Hold.expires_at, ReturnRequest.reference, RequestMember.position)
    )


def _offers(holds: Sequence[Hold]) -> list[Offer]:
    found = []
    for party in by_request(holds):
        together = [hold for hold in party if not hold.member.travels_apart]
        apart = [[hold] for hold in party if hold.member.travels_apart]
        found += [Offer(tuple(part)) for part in (together, *apart) if part]
    return found


@dataclass(frozen=True)
class Word:
    """The person's own answer: yes or no, how it was given, in whose words."""

    accepts: bool
    channel: WithdrawalChannel
    text: str


def answer_offer(work: Work, request: ReturnRequest, key: str, word: Word) -> None:
    """Write down the answer to the offer that `key` names.

    A refused place goes to the next in order at once. Raises InvalidTransition when the offer
    ended before or there is none, InvalidInput when a refusal says nothing.
    """
    lock_beds(work)
    offer = _find_offer(work, request, key)
    if not word.accepts and not word.text:
        raise InvalidInput(N_("Write who refused and in what words."), "word")
    for hold in offer.holds:
        hold.answered_at, hold.word = clock.now(), word.text or None
    if word.accepts:
        for hold in offer.holds:
            HOLD.check(hold.state, HoldState.CONFIRMED)
            hold.state = HoldState.CONFIRMED
        _confirm(work, offer)
    else:
        return_to_queue(work, offer.holds, ReleaseReason.REFUSED)
        hand_on(work, offer.movement, str(request.id))


def _confirm(work: Work, offer: Offer) -> None:
    move_members(
        work,
        offer.request,
        [hold.member for hold in offer.holds],
        RequestState.CONFIRMED,
        event="request.confirmed",
        cause=str(offer.movement.id),
    )


def _find_offer(work: Work, request: ReturnRequest, key: str) -> Offer:
    for offer in open_offers(work, request):
        if offer.key == key:
            _check_in_time(offer.holds[0])
            return offer
    return tell_ended(work, request)


def tell_ended(work: Work, request: ReturnRequest) -> NoReturn:
    """Raise the InvalidTransition that says when the last offer ended, or that there is none."""
    statement = (
        select(Hold)
        .where(Hold.request_id == request.id, Hold.release_reason == ReleaseReason.EXPIRED)
        .order_by(Hold.expires_at.desc())
    )
    expired = work.session.scalars(statement).first()
    if expired is not None and request.state is RequestState.QUEUED:
        _check_in_time(expired)
    raise InvalidTransition(N_("No offer to this household waits for an answer."))


def _check_in_time(hold: Hold) -> None:
    if hold.expires_at is not None and hold.expires_at <= clock.now():
        raise InvalidTransition(
            N_(
                "The offer ended on %(when)s and its place goes to the next household. This "
                "household waits again, in its old place in the order."
            ),
            when=hold.expires_at,
        )


def expire_offers(work: Work) -> int:
    """End every offer whose time is over and hold its places for the next; returns the people.

    The actor of `work` is the system.
    """
    lock_beds(work)
    due = work.session.scalars(_offered().where(Hold.expires_at <= clock.now())).unique().all()
    movements = {hold.movement_id: hold.movement for hold in due}
    for party in by_request(due):
        return_to_queue(work, party, ReleaseReason.EXPIRED)
    for movement in movements.values():
        hand_on(work, movement, str(movement.id))
    return len(due)


def sweep_offers(database: Database) -> int:
    """Expire offers in a work of its own if any is due; cheap when none is."""
    with database.reading(system_actor()) as work:
        due = work.session.scalar(
            select(Hold.id)
            .where(Hold.state == HoldState.OFFERED, Hold.expires_at <= clock.now())
            .limit(1)
        )
    if due is None:
        return 0
    with database.writing(system_actor()) as work:
        return expire_offers(work)
