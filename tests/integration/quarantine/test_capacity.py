"""The calendar of beds, and what is closed for a time."""

from datetime import timedelta

import pytest

from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.services.movements.allocation import allocate_movement
from casework.services.quarantine.calendar import calendar
from casework.services.quarantine.closures import (
    ClosurePlan,
    close,
    closures_of,
    find_closure,
    lift,
)
from casework.services.quarantine.day import day_of
from casework.services.quarantine.facilities import rooms_of
from casework.services.quarantine.occupancy import DAY
from casework.services.work import Database
from casework.vocabulary import RoomKind, ShutReason
from models.facility import Closure
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import NIGHTS, facility, flight, holds, household
from tests.integration.quarantine.conftest import Scene


def test_the_calendar_tells_held_turnover_and_closed_apart(
    database: Database, cast: Cast, arrived: Scene
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        place = arrived.facility(work)
        spare = next(room for room in rooms_of(work, place) if room.number == "102")
        today = clock.today()
        close(work, place, ClosurePlan(spare, today + DAY, today + 2 * DAY, ShutReason.REPAIR))
        nights = calendar(work, today, NIGHTS + 2, place.id)
        told = [(n.occupied, n.held, n.turnover, n.closed, n.free) for n in nights]
        assert told[0] == (0, 3, 0, 0, 2)
        assert told[1] == (0, 3, 0, 2, 0)
        assert told[NIGHTS] == (0, 0, 3, 0, 2), "rooms stay empty for a day"
        assert told[NIGHTS + 1] == (0, 0, 0, 0, 5)
        [double, *_] = calendar(work, today, 1, place.id, RoomKind.DOUBLE)
        assert (double.held, double.capacity) == (2, 4)


def test_a_closed_room_is_not_given_out(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        place = facility(work, (RoomKind.DOUBLE, 2, 1))
        household(work)
        movement = flight(work, 2, in_days=10)
        first = movement.arrives_on + 3 * DAY
        closure = close(work, place, ClosurePlan(None, first, first, ShutReason.NO_STAFF))
        allocate_movement(work, movement)
        assert holds(work, movement) == []
        lift(work, closure)
        allocate_movement(work, movement)
        assert len(holds(work, movement)) == 1
        with pytest.raises(InvalidTransition, match="given up already"):
            lift(work, closure)


def test_closing_never_loses_people(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        place, today = arrived.facility(work), clock.today()
        with pytest.raises(InvalidInput, match="comes before"):
            close(work, place, ClosurePlan(None, today + DAY, today, ShutReason.REPAIR))
        with pytest.raises(InvalidInput, match="past night"):
            close(work, place, ClosurePlan(None, today - DAY, today, ShutReason.REPAIR))
        with pytest.raises(InvalidTransition, match="Choose for each"):
            close(work, place, ClosurePlan(None, today, today + 6 * DAY, ShutReason.REPAIR))
        assert closures_of(work, place) == []


def test_a_day_shows_who_is_in_which_room(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        shown = day_of(work, arrived.facility(work), clock.today())
        assert [(one.room.number, len(one.guests)) for one in shown.rooms] == [
            ("101", 2),
            ("102", 0),
            ("201", 1),
        ]
        assert not any(one.conflict for one in shown.rooms)


@pytest.mark.parametrize("language", ["mn", "en"])
def test_the_pages(
    database: Database, cast: Cast, client: Client, arrived: Scene, language: str
) -> None:
    place = f"/facilities/{arrived.facility_id}"
    officer = client("dorj.khanuul", language=language)
    later = (clock.today() + timedelta(days=60)).isoformat()
    for path in ("/facilities/calendar?nights=60", f"{place}/day?day={later}", f"{place}/closures"):
        assert officer.get(path).status_code == 200
    assert officer.get(f"{place}/day?day=tomorrow").status_code == 404
    asked = {"room": "999", "first_night": later, "last_night": later, "reason": "repair"}
    wrong = officer.post(f"{place}/closures/new", data=asked)
    assert wrong.status_code == 200 and "999" in wrong.text
    assert officer.post(f"{place}/closures/new", data=asked | {"room": "102"}).status_code == 302
    with database.reading(cast["dorj.khanuul"]) as work:
        [closure] = closures_of(work, arrived.facility(work))
        with pytest.raises(NotFound):
            find_closure(work, arrived.facility(work), arrived.facility_id)
    lifted = officer.post(f"{place}/closures/{closure.id}/lift")
    assert lifted.status_code == 302
    with database.reading(cast["dorj.khanuul"]) as work:
        assert work.session.get_one(Closure, closure.id).lifted_at is not None
