"""Offers: sent, answered in the person's own word, ended by the clock, handed on to the next."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.verify import verify
from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidInput, InvalidTransition
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.answer_time import set_answer_time
from casework.services.movements.given_up import count_gave_up_twice, gave_up_twice
from casework.services.movements.offers import (
    Word,
    answer_offer,
    expire_offers,
    fill_places,
    offers_to_hand_over,
    open_offers,
    send_offers,
    sweep_offers,
)
from casework.services.movements.planning import cancel_movement
from casework.services.movements.solving import BACKFILL
from casework.services.requests.deciding import Withdrawal, withdraw_member
from casework.services.work import Database, Work
from casework.vocabulary import (
    HoldState,
    MessageKind,
    MovementState,
    ReleaseReason,
    RequestState,
    RoomKind,
    WithdrawalChannel,
)
from models.message import OutgoingMessage
from models.movement import AllocationRun, Hold, Movement
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


def test_each_household_is_written_to_once(
    database: Database,
    cast: Cast,
    offered: tuple[Movement, ReturnRequest, ReturnRequest],
) -> None:
    with database.reading(cast["saruul.desk"]) as work, work.beyond("a test looks"):
        asked = work.session.execute(select(OutgoingMessage.request_id, OutgoingMessage.kind))
        assert [tuple(row) for row in asked] == [(offered[1].id, MessageKind.OFFER)]


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
        [taken] = holds(work, movement)
        assert (taken.request_id, taken.state) == (second.id, HoldState.OFFERED)
        assert second.state is RequestState.OFFERED
        run = work.session.scalars(select(AllocationRun).order_by(AllocationRun.at.desc())).first()
        assert run is not None
        assert (run.status, run.placed) == (BACKFILL, 1)
        released = work.session.scalars(select(Hold).where(Hold.request_id == first.id)).all()
        assert {hold.release_reason for hold in released} == {ReleaseReason.REFUSED}
        assert released[0].word == NO.text
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
    later = clock.now() + timedelta(hours=48, minutes=1)
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
        [taken] = holds(work, movement)
        assert (taken.request_id, taken.state) == (following.id, HoldState.OFFERED)
        assert taken.expires_at == later + timedelta(hours=48)
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


def test_a_withdrawal_hands_the_place_on(
    database: Database, cast: Cast, offered: tuple[Movement, ReturnRequest, ReturnRequest]
) -> None:
    movement, first, second = offered
    with database.writing(cast["sarnai.seoul"]) as work:
        first, second = reload(work, movement, first, second)
        left, stays = first.members
        word = Withdrawal(WithdrawalChannel.PHONE, "Өөрөө хэлсэн")
        withdraw_member(work, first, left, word)
        assert (left.state, stays.state) == (RequestState.WITHDRAWN, RequestState.OFFERED)
        assert second.state is RequestState.QUEUED  # the room is her household's, and full
        withdraw_member(work, first, stays, word)
        assert second.state is RequestState.OFFERED


def test_no_offer_outlasts_the_closing_time(
    database: Database,
    cast: Cast,
    offered: tuple[Movement, ReturnRequest, ReturnRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    movement, first, second = offered
    now = clock.now()
    with database.writing(cast["saruul.desk"]) as work:
        movement = work.session.get_one(Movement, movement.id)
        with pytest.raises(InvalidInput, match="already sent last until"):
            set_answer_time(work, movement, 24, now + timedelta(hours=5))
        with pytest.raises(InvalidInput, match="end of the day of departure"):
            set_answer_time(work, movement, 24, now + timedelta(days=30))
        with pytest.raises(InvalidInput, match="Hours"):
            set_answer_time(work, movement, 0, None)
        closes = now + timedelta(hours=50)
        set_answer_time(work, movement, 24, closes)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=47))
    with database.writing(cast["sarnai.seoul"]) as work:
        [request] = reload(work, movement, first)
        answer(work, request, NO)
        assert {hold.expires_at for hold in holds(work, movement)} == {closes}
    monkeypatch.setattr(clock, "now", lambda: closes)
    assert sweep_offers(database) == 1
    with database.writing(cast["saruul.desk"]) as work:
        movement = work.session.get_one(Movement, movement.id)
        assert holds(work, movement) == []
        assert work.session.get_one(ReturnRequest, second.id).state is RequestState.QUEUED


def test_who_gives_up_twice_is_shown_and_keeps_the_place_in_time(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        request = household(work, waiting_days=30)
        for _ in range(2):
            assert count_gave_up_twice(work) == 0
            movement = flight(work, 4, nights=0)
            allocate_movement(work, movement)
            send_offers(work, movement)
            answer(work, request, NO)
        [twice] = gave_up_twice(work)
        assert (twice.request.id, twice.refused, twice.expired) == (request.id, 2, 0)
        assert count_gave_up_twice(work) == 1
        assert request.submitted_on == clock.today() - timedelta(days=30)
    with database.reading(cast["bold.berlin"]) as work:
        assert gave_up_twice(work) == []


def test_two_desks_at_once_give_a_place_to_one_household(
    database: Database, cast: Cast, offered: tuple[Movement, ReturnRequest, ReturnRequest]
) -> None:
    """A refusal is written down while the desk fills places and the clock ends offers."""
    movement, first, second = offered

    def refuse() -> None:
        with database.writing(cast["sarnai.seoul"]) as work:
            answer(work, work.session.get_one(ReturnRequest, first.id), NO)

    def fill() -> None:
        with database.writing(cast["saruul.desk"]) as work:
            fill_places(work, work.session.get_one(Movement, movement.id))

    acts = [refuse, fill, fill, lambda: sweep_offers(database)]
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()
    with database.reading(cast["saruul.desk"]) as work:
        [taken] = holds(work, work.session.get_one(Movement, movement.id))
        assert (taken.request_id, taken.state) == (second.id, HoldState.OFFERED)
    with bare_connection(database) as connection:
        assert verify(connection).intact
