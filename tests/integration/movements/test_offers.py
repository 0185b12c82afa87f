"""Offers: sent, answered in the person's own word, ended by the clock, handed on to the next."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.verify import verify
from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidInput, InvalidTransition
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.offers import (
    OFFER_LIFETIME,
    Word,
    answer_offer,
    expire_offers,
    offers_to_hand_over,
    open_offers,
    send_offers,
    sweep_offers,
)
from casework.services.movements.planning import cancel_movement
from casework.services.work import Database, Work
from casework.vocabulary import (
    HoldState,
    MovementState,
    ReleaseReason,
    RequestState,
    RoomKind,
    WithdrawalChannel,
)
from models.movement import Hold, Movement
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.movements.scene import facility, flight, holds, household
from tests.postgresql import bare_connection

YES = Word(True, WithdrawalChannel.PHONE, "")
NO = Word(False, WithdrawalChannel.PHONE, "Тэр өөрөө утсаар татгалзсан")


@pytest.fixture
def offered(database: Database, cast: Cast) -> tuple[Movement, ReturnRequest, ReturnRequest]:
    """A flight with one room: the first household has the offer, the second waits."""
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 1))
        first = household(work, count=2, waiting_days=60)
        second = household(work, count=1, waiting_days=10)
        movement = flight(work, 4)
        allocate_movement(work, movement)
        assert send_offers(work, movement) == 2
        assert movement.state is MovementState.OFFERS_SENT
        assert first.state is RequestState.OFFERED
    return movement, first, second


def reload(work: Work, movement: Movement, *requests: ReturnRequest) -> list[ReturnRequest]:
    work.session.get_one(Movement, movement.id)
    return [work.session.get_one(ReturnRequest, request.id) for request in requests]


def answer(work: Work, request: ReturnRequest, word: Word) -> None:
    [offer] = open_offers(work, request)
    answer_offer(work, request, offer.key, word)


def test_the_mission_hands_over_and_confirms(
    database: Database, cast: Cast, offered: tuple[Movement, ReturnRequest, ReturnRequest]
) -> None:
    movement, first, second = offered
    with database.reading(cast["bold.berlin"]) as work:
        assert offers_to_hand_over(work) == []
    with database.writing(cast["sarnai.seoul"]) as work:
        [offer] = offers_to_hand_over(work)
        assert offer.request.id == first.id
        first, second = reload(work, movement, first, second)
        answer_offer(work, first, offer.key, YES)
        assert first.state is RequestState.CONFIRMED
        assert {hold.state for hold in holds(work, movement)} == {HoldState.CONFIRMED}
        assert second.state is RequestState.QUEUED
        with pytest.raises(InvalidTransition, match="waits for an answer"):
            answer_offer(work, first, offer.key, NO)


def test_a_refusal_frees_the_bed_for_the_next_who_fits(
    database: Database, cast: Cast, offered: tuple[Movement, ReturnRequest, ReturnRequest]
) -> None:
    movement, first, second = offered
    with database.writing(cast["sarnai.seoul"]) as work:
        first, second = reload(work, movement, first, second)
        submitted = first.submitted_on
        with pytest.raises(InvalidInput, match="words"):
            answer(work, first, Word(False, WithdrawalChannel.PHONE, ""))
        answer(work, first, NO)
        assert (first.state, first.submitted_on) == (RequestState.QUEUED, submitted)
        assert {member.state for member in first.members} == {RequestState.QUEUED}
        [held] = holds(work, movement)
        assert (held.request_id, held.state) == (second.id, HoldState.HELD)
        released = work.session.scalars(select(Hold).where(Hold.request_id == first.id)).all()
        assert {hold.release_reason for hold in released} == {ReleaseReason.REFUSED}
        assert released[0].word == NO.text
    with database.writing(cast["saruul.desk"]) as work:
        movement = work.session.get_one(Movement, movement.id)
        assert send_offers(work, movement) == 1
        assert work.session.get_one(ReturnRequest, second.id).state is RequestState.OFFERED
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_an_offer_ends_by_itself_and_says_so(
    database: Database,
    cast: Cast,
    offered: tuple[Movement, ReturnRequest, ReturnRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    movement, first, second = offered
    assert sweep_offers(database) == 0
    later = clock.now() + OFFER_LIFETIME + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with database.writing(cast["sarnai.seoul"]) as work:
        [request] = reload(work, movement, first)
        with pytest.raises(InvalidTransition, match="ended on"):
            answer(work, request, YES)
        work.end()
    assert sweep_offers(database) == 2
    with database.writing(system_actor()) as work:
        assert expire_offers(work) == 0
        back, following = reload(work, movement, first, second)
        assert back.state is RequestState.QUEUED
        [held] = holds(work, movement)
        assert (held.request_id, held.state) == (following.id, HoldState.HELD)
    with database.writing(cast["sarnai.seoul"]) as work:
        [request] = reload(work, movement, first)
        with pytest.raises(InvalidTransition, match="ended on"):
            answer_offer(work, request, "anything", YES)
        work.end()


def test_cancelling_frees_everything(
    database: Database, cast: Cast, offered: tuple[Movement, ReturnRequest, ReturnRequest]
) -> None:
    movement, first, second = offered
    with database.writing(cast["sarnai.seoul"]) as work:
        [request] = reload(work, movement, first)
        answer(work, request, YES)
    with database.writing(cast["saruul.desk"]) as work:
        movement = work.session.get_one(Movement, movement.id)
        assert cancel_movement(work, movement) == 2
        first, second = reload(work, movement, first, second)
        assert {first.state, second.state} == {RequestState.QUEUED}
        assert holds(work, movement) == []
        another = flight(work, 4)
        assert allocate_movement(work, another).people_placed == 2
        with pytest.raises(InvalidTransition):
            cancel_movement(work, movement)


def test_each_part_of_a_household_answers_for_itself(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        request = household(work, count=3, waiting_days=20, apart=[2])
        movement = flight(work, 4, nights=0)
        allocate_movement(work, movement)
        send_offers(work, movement)
    with database.writing(cast["sarnai.seoul"]) as work:
        [request] = reload(work, movement, request)
        together, apart = open_offers(work, request)
        assert (len(together.holds), len(apart.holds)) == (2, 1)
        answer_offer(work, request, together.key, NO)
        answer_offer(work, request, apart.key, YES)
        assert request.state is RequestState.QUEUED
        assert [member.state for member in request.members] == [
            RequestState.QUEUED,
            RequestState.QUEUED,
            RequestState.CONFIRMED,
        ]
