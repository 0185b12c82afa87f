"""A child is born to a household that was given a place: it joins that place."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.offers import send_offers
from casework.services.requests.growing import join_household
from casework.services.requests.household_input import PersonInput
from casework.services.work import Database, Work
from casework.vocabulary import DocumentStatus, HoldState, Relation, RequestState, RoomKind, Sex
from models.return_request import RequestMember, ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, holds, household
from tests.integration.movements.test_allocation import prove_no_room_is_shared


def newborn(days: int = 5) -> PersonInput:
    born = clock.today() - timedelta(days=days)
    return PersonInput(
        Relation.CHILD, "Номин", Sex.FEMALE, born, document_status=DocumentStatus.IN_PROCESS
    )


def born(work: Work, request: ReturnRequest, child: PersonInput | None = None) -> RequestMember:
    return join_household(
        work, request, child or newborn(), None, checked=True, another_person=True
    )


def test_the_child_joins_lap_and_room_of_the_family(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.FAMILY, 3, 1))
        request = household(work, count=2)
        movement = flight(work, 2)
        allocate_movement(work, movement)
        child = born(work, request)
        taken = {hold.member_id: hold for hold in holds(work, movement)}
        assert len({hold.room_id for hold in taken.values()}) == 1
        assert (taken[child.id].seats, taken[child.id].state) == (0, HoldState.HELD)
        assert child.state is RequestState.QUEUED
        assert request.score is not None and request.score.points > 0
        prove_no_room_is_shared(work)


def test_the_child_is_offered_what_its_family_was(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        request = household(work)
        movement = flight(work, 1, nights=0)
        allocate_movement(work, movement)
        send_offers(work, movement)
        child = born(work, request)
        [mother, baby] = sorted(holds(work, movement), key=lambda hold: hold.seats, reverse=True)
        assert (child.state, baby.state) == (RequestState.OFFERED, HoldState.OFFERED)
        assert (baby.member_id, baby.expires_at) == (child.id, mother.expires_at)


def test_a_room_that_is_too_small_is_changed_for_the_whole_family(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 1), (RoomKind.FAMILY, 3, 1))
        request = household(work, count=2)
        movement = flight(work, 3)
        allocate_movement(work, movement)
        before = {hold.room_id for hold in holds(work, movement)}
        born(work, request)
        after = {hold.room_id for hold in holds(work, movement)}
        assert len(after) == 1
        assert after != before


@pytest.mark.parametrize(
    ("nights", "rooms", "adults", "missing"),
    [(7, (RoomKind.SINGLE, 1, 1), 1, "No bed"), (0, None, 1, "No seat")],
)
def test_without_a_bed_or_a_seat_it_is_asked_what_becomes_of_the_place(
    database: Database,
    cast: Cast,
    nights: int,
    rooms: tuple[RoomKind, int, int] | None,
    adults: int,
    missing: str,
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        if rooms:
            facility(work, rooms)
        request = household(work, count=adults)
        movement = flight(work, adults, nights=nights)
        allocate_movement(work, movement)
        if rooms is None:
            born(work, request)
    with database.writing(cast["saruul.desk"]) as work:
        held = len(holds(work, movement))
        request = work.session.get_one(ReturnRequest, request.id)
        with pytest.raises(InvalidInput, match=missing) as refused:
            born(work, request)
        assert refused.value.field == "give_back"
        work.end()
        members = select(RequestMember).where(RequestMember.request_id == request.id)
        assert len(work.session.scalars(members).all()) == held
        assert len(holds(work, movement)) == held


def test_who_is_older_or_late_does_not_join_the_place(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        request = household(work)
        movement = flight(work, 9, nights=0)
        allocate_movement(work, movement)
        with pytest.raises(InvalidInput, match="has none"):
            born(work, request, newborn(days=900))
        work.end()
    with database.writing(cast["saruul.desk"]) as work:
        request = household(work)
        request.state = RequestState.TRAVELLING
        with pytest.raises(InvalidTransition, match="travelling"):
            born(work, request)
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
    page = f"/requests/{request.id}/members/new"
    assert mission.get(page).status_code == 200
    typed = {
        "relation": "child",
        "given_name": "Номин",
        "sex": Sex.FEMALE.value,
        "birth_date": clock.today().isoformat(),
    }
    older = mission.post(page, data=typed | {"birth_date": "1990-01-01", "checked": "y"})
    assert older.status_code == 200 and 'name="give_back"' in older.text
    assert mission.post(page, data=typed).status_code == 302
    with database.reading(cast["saruul.desk"]) as work:
        assert len(holds(work, movement)) == 3
