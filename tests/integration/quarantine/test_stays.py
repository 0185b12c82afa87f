"""A stay from check-in to release, and what is refused on the way."""

from datetime import date, timedelta

import pytest

from audit.verify import verify
from casework import clock
from casework.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from casework.policy import Permission
from casework.services.access import load
from casework.services.movements.allocation import allocate_movement
from casework.services.quarantine.board import board
from casework.services.quarantine.calendar import calendar
from casework.services.quarantine.stays import check_in, extend, move_stay, next_steps, release
from casework.services.work import Database
from casework.vocabulary import Need, StayState
from models.facility import Facility, Stay
from tests.conftest import Cast
from tests.integration.movements.scene import NIGHTS, flight, holds, household
from tests.integration.quarantine.conftest import Scene
from tests.postgresql import bare_connection


def travel(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let `days` pass."""
    then = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: then)


def test_release_waits_until_the_days_are_served(
    database: Database, cast: Cast, arrived: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        stays = arrived.stays(work)
        assert len(board(work, arrived.facility(work)).arrived) == 3
        assert check_in(work, stays) == 3
        with pytest.raises(InvalidTransition, match="Days still to serve: 7"):
            release(work, stays[0])
    travel(monkeypatch, NIGHTS - 1)
    with database.writing(cast["dorj.khanuul"]) as work:
        today = board(work, arrived.facility(work))
        assert (len(today.inside), len(today.missing), len(today.due)) == (3, 3, 0)
        assert {row.days_left for row in today.inside} == {1}
    travel(monkeypatch, 3)
    with database.writing(cast["dorj.khanuul"]) as work:
        today = board(work, arrived.facility(work))
        assert (len(today.due), len(today.overstays)) == (3, 3)
        stay = arrived.stays(work)[0]
        release(work, stay)
        assert (stay.state, stay.ended_at) == (StayState.RELEASED, clock.now())
        with pytest.raises(InvalidTransition, match="it stays so"):
            move_stay(work, stay, StayState.ABSCONDED, "Алга")
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_the_rule_of_2021_asks_for_a_negative_test(
    database: Database, cast: Cast, arrived: Scene
) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        stay = arrived.stays(work)[0]
        check_in(work, [stay])
        stay.first_night, stay.last_night = date(2021, 6, 1), date(2021, 6, 7)
        with pytest.raises(InvalidTransition, match="negative test"):
            release(work, stay)
        with pytest.raises(InvalidTransition, match="older than 3 days"):
            release(work, stay, clock.today() - timedelta(days=5))
        release(work, stay, clock.today())
        assert stay.state is StayState.RELEASED


def test_hospital_and_back_needs_words(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        first, second, third = arrived.stays(work)
        with pytest.raises(InvalidTransition, match="not possible"):
            move_stay(work, first, StayState.HOSPITALISED, "Ханиалга")
        check_in(work, [first, second, third])
        with pytest.raises(InvalidInput):
            move_stay(work, first, StayState.HOSPITALISED)
        move_stay(work, first, StayState.HOSPITALISED, "Түргэн тусламж дуудав")
        assert StayState.CHECKED_IN in next_steps(work, first)
        move_stay(work, first, StayState.CHECKED_IN)
        move_stay(work, second, StayState.TRANSFERRED, "Говь руу")
        move_stay(work, third, StayState.ABSCONDED, "Цонхоор гарсан")
        assert first.reason == "Түргэн тусламж дуудав"
        nights = calendar(work, clock.today(), NIGHTS, arrived.facility_id)
        assert {night.occupied for night in nights} == {2}


def test_nobody_is_checked_in_before_the_arrival(
    database: Database, cast: Cast, arrived: Scene
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        household(work)
        movement = flight(work, 2, in_days=30)
        allocate_movement(work, movement)
        [hold] = holds(work, movement)
        stay = arrived.stays(work)[0]
        stay.hold_id = hold.id
        work.session.flush()
        with pytest.raises(InvalidTransition, match="has not arrived"):
            check_in(work, [stay])
        work.end()


def test_a_longer_stay_needs_the_room(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        for days in range(4):
            household(work, count=2, waiting_days=days)
        allocate_movement(work, flight(work, 20, in_days=NIGHTS + 3))
    with database.writing(cast["dorj.khanuul"]) as work:
        stay = arrived.stays(work)[0]
        check_in(work, [stay])
        before = stay.last_night
        with pytest.raises(Conflict, match="promised to others"):
            extend(work, stay, 5, "Халуурсан")
        extend(work, stay, 1, "Халуурсан")
        assert stay.last_night == before + timedelta(days=1)


def test_another_facility_sees_nothing(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.reading(cast["tuya.gobi"]) as work:
        for model, row_id in ((Stay, arrived.stay_ids[0]), (Facility, arrived.facility_id)):
            with pytest.raises(NotFound):
                load(work, Permission.STAY_READ, model, row_id)
    with database.reading(cast["dorj.khanuul"]) as work:
        assert load(work, Permission.STAY_READ, Stay, arrived.stay_ids[0])


def test_the_bedside_never_shows_what_others_did(
    database: Database, cast: Cast, arrived: Scene
) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        check_in(work, arrived.stays(work))
        needs = [need for row in board(work, arrived.facility(work)).rows for need in row.needs]
        assert needs == [Need.DISABILITY]
