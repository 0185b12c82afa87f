"""From the closed manifest to the arrival."""

import pytest
from sqlalchemy import select

from audit.verify import verify
from casework.errors import InvalidInput, InvalidTransition
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.arriving import arrive
from casework.services.movements.boarding import (
    PRESENT,
    close_manifest,
    depart,
    manifest,
    record_boarding,
)
from casework.services.movements.offers import (
    Word,
    answer_offer,
    offers_to_hand_over,
    send_offers,
)
from casework.services.work import Database
from casework.vocabulary import (
    HoldState,
    MovementState,
    ReleaseReason,
    RequestState,
    RoomKind,
    StayState,
    WithdrawalChannel,
)
from models.facility import Stay
from models.movement import Movement
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.movements.scene import facility, flight, household
from tests.postgresql import bare_connection

YES = Word(True, WithdrawalChannel.IN_PERSON, "")


@pytest.fixture
def confirmed(database: Database, cast: Cast) -> Movement:
    """Three households of one confirmed a flight with quarantine at Khan-Uul."""
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 3))
        for days in range(3):
            household(work, waiting_days=days)
        movement = flight(work, 5)
        allocate_movement(work, movement)
        send_offers(work, movement)
        with pytest.raises(InvalidTransition, match="without an answer"):
            close_manifest(work, movement)
    with database.writing(cast["sarnai.seoul"]) as work:
        for offer in offers_to_hand_over(work):
            answer_offer(work, offer.request, offer.key, YES)
    return movement


def test_who_comes_travels_and_who_does_not_waits_again(
    database: Database, cast: Cast, confirmed: Movement
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = work.session.get_one(Movement, confirmed.id)
        with pytest.raises(InvalidTransition, match="Boarding begins"):
            record_boarding(work, movement, {})
        assert close_manifest(work, movement) == 3
        of_this = {hold.id: PRESENT for hold in manifest(work, movement)}
        with pytest.raises(InvalidInput, match="another movement"):
            record_boarding(work, flight(work), of_this)
        assert len(work.session.scalars(select(Stay)).all()) == 3
    with database.writing(cast["bold.berlin"]) as work:
        assert manifest(work, work.session.get_one(Movement, confirmed.id)) == []
    with database.writing(cast["sarnai.seoul"]) as work:
        movement = work.session.get_one(Movement, confirmed.id)
        here, missing, left = manifest(work, movement)
        with pytest.raises(InvalidTransition, match="Neither present nor absent"):
            depart(work, movement)
        marks = {here.id: PRESENT, missing.id: ReleaseReason.NO_SHOW}
        assert record_boarding(work, movement, marks) == 2
        assert record_boarding(work, movement, {left.id: ReleaseReason.OFFLOADED}) == 1
        assert record_boarding(work, movement, marks) == 0
        assert depart(work, movement) == 1
        assert here.request.state is RequestState.TRAVELLING
        for absent in (missing, left):
            assert absent.request.state is RequestState.QUEUED
            assert absent.state is HoldState.RELEASED
            with work.beyond("a test looks"):
                stay = work.session.scalars(select(Stay).where(Stay.hold_id == absent.id)).one()
            assert stay.state is StayState.CANCELLED
    with database.writing(cast["dorj.khanuul"]) as work:
        movement = work.session.get_one(Movement, confirmed.id)
        assert arrive(work, movement) == 1
        assert movement.state is MovementState.ARRIVED
        request = work.session.get_one(ReturnRequest, here.request_id)
        assert request.state is RequestState.ARRIVED
        assert request.arrived_on is not None
        stay = work.session.scalars(select(Stay).where(Stay.hold_id == here.id)).one()
        assert stay.state is StayState.HELD
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_others_travellers_are_for_the_desk(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        household(work, mission="KR")
        household(work, mission="DE")
        movement = flight(work, 5, nights=0, countries=("KR", "DE"))
        allocate_movement(work, movement)
        send_offers(work, movement)
        for offer in offers_to_hand_over(work):
            answer_offer(work, offer.request, offer.key, YES)
        close_manifest(work, movement)
        assert work.session.scalars(select(Stay)).all() == []
        marks = {hold.id: PRESENT for hold in manifest(work, movement)}
        assert record_boarding(work, movement, marks) == 2
    movement_id = movement.id
    with database.writing(cast["sarnai.seoul"]) as work:
        movement = work.session.get_one(Movement, movement_id)
        assert len(manifest(work, movement)) == 1
        with pytest.raises(InvalidTransition, match="consular desk"):
            depart(work, movement)
        work.end()
    with database.writing(cast["saruul.desk"]) as work:
        assert depart(work, work.session.get_one(Movement, movement_id)) == 2
