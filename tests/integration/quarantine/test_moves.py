"""Another room, and what becomes of people whose room closes."""

from datetime import date

import pytest
from sqlalchemy import select

from audit.verify import verify
from casework import clock
from casework.errors import CaseworkError, Conflict, InvalidInput, InvalidTransition
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.offers import send_offers
from casework.services.quarantine.closures import RELEASE, ClosurePlan, affected, close
from casework.services.quarantine.day import day_of
from casework.services.quarantine.facilities import room_numbered
from casework.services.quarantine.moves import change_room, changes_of
from casework.services.quarantine.occupancy import DAY
from casework.services.quarantine.stays import check_in
from casework.services.work import Database, Work
from casework.vocabulary import (
    HoldState,
    MessageKind,
    RequestState,
    RoomKind,
    ShutReason,
    StayState,
)
from models.facility import Facility, Stay
from models.movement import Hold
from models.return_request import RequestMember
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, holds, household, written_to
from tests.integration.quarantine.conftest import Scene
from tests.postgresql import bare_connection


def refusal(work: Work, stay: Stay, number: str) -> str:
    """What is said of a room that cannot be had."""
    place = work.session.get_one(Facility, stay.facility_id)
    with pytest.raises(CaseworkError) as said:
        change_room(work, stay, room_numbered(work, place, number), "Чимээтэй")
    assert isinstance(said.value, Conflict)
    return str(said.value).replace(number, "N")


def test_a_room_is_changed_and_kept_in_mind(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        stays, place = arrived.stays(work), arrived.facility(work)
        check_in(work, stays)
        free = room_numbered(work, place, "102")
        with pytest.raises(InvalidInput, match="Write what happened"):
            change_room(work, stays[0], free, "")
        with pytest.raises(InvalidInput, match="this room already"):
            change_room(work, stays[0], stays[0].room, "Чимээтэй")
        change_room(work, stays[0], free, "Чимээтэй")
        [change] = changes_of(work, stays[0])
        assert (change.to_room_id, change.moved_on) == (free.id, clock.today())
        assert refusal(work, stays[0], "201") == refusal(work, stays[2], "101"), (
            "another household's and another kind"
        )
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_the_compartment_keeps_apart_and_says_nothing(
    database: Database, cast: Cast, arrived: Scene
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        child, adult = arrived.stays(work)[:2]
        member = work.session.get_one(RequestMember, child.member_id)
        work.session.get_one(RequestMember, adult.member_id)
        member.person.birth_date, member.protection = date(clock.today().year - 9, 1, 1), True
        work.session.flush()
        place = arrived.facility(work)
        officer = work.acting_as(cast["dorj.khanuul"])
        full = refusal(officer, child, "201")
        change_room(officer, child, room_numbered(work, place, "102"), "Эмч зөвлөсөн")
        assert refusal(officer, adult, "102") == full
        assert refusal(officer, child, "101") == full
        work.end()


def test_closing_moves_people_or_gives_their_places_back(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        place = facility(work, (RoomKind.DOUBLE, 2, 3))
        stays_here, goes_back = household(work, count=2), household(work, waiting_days=3)
        movement = flight(work, 5)
        allocate_movement(work, movement)
        first = movement.arrives_on
        plan = ClosurePlan(
            room_numbered(work, place, "101"), first, first + 6 * DAY, ShutReason.REPAIR
        )
        [group] = affected(work, place, plan)
        with pytest.raises(InvalidTransition, match="Choose for each"):
            close(work, place, plan)
        with pytest.raises(InvalidTransition, match="cannot be had any more"):
            close(work, place, plan, {group.key: str(group.room.id)})
        assert [room.number for room in group.rooms] == ["103"]
        close(work, place, plan, {group.key: str(group.rooms[0].id)})
        assert {hold.room.number for hold in holds(work, movement) if hold.room} == {"102", "103"}
        other = affected(work, place, whole := ClosurePlan(None, first, first, ShutReason.NO_STAFF))
        close(work, place, whole, {one.key: RELEASE for one in other})
        assert holds(work, movement) == []
        states = {member.state for request in (stays_here, goes_back) for member in request.members}
        assert states == {RequestState.QUEUED}
        freed = work.session.scalars(select(Hold)).all()
        assert {hold.state for hold in freed} == {HoldState.RELEASED}


def test_places_given_back_by_a_closure_go_to_the_next_at_once(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        place = facility(work, (RoomKind.SINGLE, 1, 1), (RoomKind.DOUBLE, 2, 1))
        pair, single = household(work, count=2), household(work, waiting_days=3)
        movement = flight(work, 2)
        allocate_movement(work, movement)
        send_offers(work, movement)
        assert {hold.request_id for hold in holds(work, movement)} == {pair.id}
        double = next(hold.room for hold in holds(work, movement) if hold.room)
        first = movement.arrives_on
        plan = ClosurePlan(double, first, first, ShutReason.REPAIR)
        close(work, place, plan, {one.key: RELEASE for one in affected(work, place, plan)})
        [offered] = holds(work, movement)
        assert (offered.request_id, offered.state) == (single.id, HoldState.OFFERED)
        assert pair.state is RequestState.QUEUED
        assert written_to(work, MessageKind.NEWS) == {pair.id}


def test_who_has_arrived_is_never_given_back(
    database: Database, cast: Cast, arrived: Scene
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        place, today = arrived.facility(work), clock.today()
        plan = ClosurePlan(None, today, today, ShutReason.REPAIR)
        chosen = {group.key: RELEASE for group in affected(work, place, plan)}
        with pytest.raises(InvalidTransition, match="needs a bed"):
            close(work, place, plan, chosen)
        assert sum(len(room.guests) for room in day_of(work, place, today).rooms) == 3


@pytest.mark.parametrize("language", ["mn", "en"])
def test_the_pages(client: Client, arrived: Scene, language: str) -> None:
    officer = client("dorj.khanuul", language=language)
    place, stay = f"/facilities/{arrived.facility_id}", f"/stays/{arrived.stay_ids[0]}"
    officer.post(f"{place}/arrivals")
    assert officer.get(f"{stay}/room").status_code == 200
    wrong = officer.post(f"{stay}/room", data={"room": "201", "reason": "Чимээтэй"})
    assert wrong.status_code == 200 and "Чимээтэй" in wrong.text
    moved = officer.post(f"{stay}/room", data={"room": "102", "reason": "Чимээтэй"})
    assert moved.status_code == 302
    today = clock.today().isoformat()
    shut = {"room": "101", "first_night": today, "last_night": today, "reason": "repair"}
    asked = officer.post(f"{place}/closures/new", data=shut)
    assert asked.status_code == 200
    key = asked.text.split('name="choice-')[1].split('"')[0]
    room = asked.text.split('name="choice-')[1].split('<option value="')[2].split('"')[0]
    done = officer.post(f"{place}/closures/new", data=shut | {f"choice-{key}": room})
    assert done.status_code == 302


def test_a_transfer_ends_here_and_waits_there(
    database: Database, cast: Cast, client: Client, arrived: Scene
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        there = facility(work, (RoomKind.DOUBLE, 2, 1), code="GOBI")
    stay = f"/stays/{arrived.stay_ids[0]}"
    officer = client("dorj.khanuul", language="mn")
    officer.post(f"/facilities/{arrived.facility_id}/arrivals")
    assert officer.get(f"{stay}/facility").status_code == 200
    sent = {"facility": str(there.id), "reason": "Эмчилгээний ойр"}
    assert officer.post(f"{stay}/facility", data=sent).status_code == 302
    assert officer.get(stay).status_code == 200
    with database.writing(cast["tuya.gobi"]) as work:
        [following] = work.session.scalars(select(Stay).where(Stay.facility_id == there.id))
        assert following.arrived_on == clock.today()
        check_in(work, [following])
        assert following.person.given_name
    with database.reading(cast["dorj.khanuul"]) as work:
        assert arrived.stays(work)[0].state is StayState.TRANSFERRED
    second = f"/stays/{arrived.stay_ids[1]}/facility"
    again = officer.post(second, data=sent)
    assert again.status_code == 302, "one household may share a room there"
    third = officer.post(f"/stays/{arrived.stay_ids[2]}/facility", data=sent)
    assert third.status_code == 200 and "Эмчилгээний ойр" in third.text
