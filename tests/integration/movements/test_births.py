"""A household grows by a birth after it was given a place."""

from datetime import timedelta

import pytest

from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.births import Place, record_birth
from casework.services.requests.household_input import PersonInput
from casework.services.work import Database
from casework.vocabulary import DocumentStatus, HoldState, Relation, RequestState, RoomKind, Sex
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, holds, household
from tests.integration.movements.test_allocation import prove_no_room_is_shared


def newborn(days: int = 5) -> PersonInput:
    born = clock.today() - timedelta(days=days)
    return PersonInput(
        Relation.CHILD, "Номин", Sex.FEMALE, born, document_status=DocumentStatus.IN_PROCESS
    )


def test_the_child_joins_lap_and_room_of_the_family(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.FAMILY, 3, 1))
        request = household(work, count=2)
        movement = flight(work, 2)
        allocate_movement(work, movement)
        assert record_birth(work, request, newborn()) is Place.GIVEN
        taken = {hold.member_id: hold for hold in holds(work, movement)}
        child = taken[request.members[2].id]
        assert len({hold.room_id for hold in taken.values()}) == 1
        assert (child.seats, child.state) == (0, HoldState.HELD)
        assert request.members[2].state is RequestState.QUEUED
        assert request.score is not None and request.score.points > 0
        prove_no_room_is_shared(work)


def test_a_room_that_is_too_small_is_changed_for_the_whole_family(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 1), (RoomKind.FAMILY, 3, 1))
        request = household(work, count=2)
        movement = flight(work, 3)
        allocate_movement(work, movement)
        before = {hold.room_id for hold in holds(work, movement)}
        assert record_birth(work, request, newborn()) is Place.GIVEN
        after = {hold.room_id for hold in holds(work, movement)}
        assert len(after) == 1
        assert after != before


def test_without_a_bed_or_seat_the_others_keep_theirs(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 1))
        request = household(work)
        movement = flight(work, 1)
        allocate_movement(work, movement)
        assert record_birth(work, request, newborn()) is Place.NO_BED
        assert len(holds(work, movement)) == 1
        another = household(work, waiting_days=1)
        assert record_birth(work, another, newborn()) is Place.NONE_HELD
        full = flight(work, 1, nights=0, in_days=30)
        allocate_movement(work, full)
        assert len(holds(work, full)) == 2, "the mother with the child on her lap"
        assert record_birth(work, another, newborn()) is Place.NO_SEAT
        with pytest.raises(InvalidInput, match="under two"):
            record_birth(work, request, newborn(days=900))
        request.state = RequestState.TRAVELLING
        with pytest.raises(InvalidTransition, match="travelling"):
            record_birth(work, request, newborn())
        work.end()


@pytest.mark.parametrize("language", ["mn", "en"])
def test_the_mission_writes_the_birth_down(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.FAMILY, 3, 1))
        request = household(work, count=2)
        movement = flight(work, 2)
        allocate_movement(work, movement)
    mission = client("sarnai.seoul", language=language)
    page = f"/requests/{request.id}/birth"
    assert mission.get(page).status_code == 200
    typed = {
        "given_name": "Номин",
        "sex": Sex.FEMALE.value,
        "birth_date": clock.today().isoformat(),
    }
    assert mission.post(page, data=typed | {"birth_date": "1990-01-01"}).status_code == 200
    assert mission.post(page, data=typed).status_code == 302
    with database.reading(cast["saruul.desk"]) as work:
        assert len(holds(work, movement)) == 3
