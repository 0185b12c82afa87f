"""The facility's pages: the round on a phone, rooms, one stay."""

import re

import pytest
from sqlalchemy import select

from casework.services.work import Database
from casework.vocabulary import StayState
from models.facility import DailyCheck, Stay
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.quarantine.conftest import Scene

pytestmark = pytest.mark.parametrize("language", ["mn", "en"])


def test_the_round(
    database: Database, cast: Cast, client: Client, arrived: Scene, language: str
) -> None:
    officer = client("dorj.khanuul", language=language)
    place = f"/facilities/{arrived.facility_id}"
    assert officer.post(f"{place}/arrivals").status_code == 302
    board = officer.get(f"{place}/today")
    first, second, _ = re.findall(r'name="well-([^"]+)"', board.text)
    typed = {
        f"well-{first}": "1",
        f"temperature-{second}": "38,2",
        f"symptoms-{second}": "Ханиалга",
    }
    assert officer.post(f"{place}/checks", data=typed).status_code == 302
    again = officer.post(f"{place}/checks", data=typed)
    assert again.status_code == 302
    wrong = officer.post(f"{place}/checks", data={f"temperature-{second}": "халуун"})
    assert wrong.status_code == 200
    assert "халуун" in wrong.text
    assert officer.get(f"{place}/floors/2/well").status_code == 200
    assert officer.post(f"{place}/floors/2/well").status_code == 302
    with database.reading(cast["dorj.khanuul"]) as work:
        assert len(work.session.scalars(select(DailyCheck)).all()) == 3


def test_one_stay(
    database: Database, cast: Cast, client: Client, arrived: Scene, language: str
) -> None:
    officer = client("dorj.khanuul", language=language)
    officer.post(f"/facilities/{arrived.facility_id}/arrivals")
    stay = f"/stays/{arrived.stay_ids[0]}"
    for step in ("", "/release", "/hospitalised", "/extend"):
        assert officer.get(stay + step).status_code == 200
    early = officer.post(f"{stay}/release")
    assert early.status_code == 200
    assert "7" in re.findall(r"error-summary__list.*?</ul>", early.text, re.DOTALL)[0]
    assert officer.post(f"{stay}/hospitalised", data={"reason": "Түргэн"}).status_code == 302
    assert officer.get(stay).status_code == 200
    assert officer.post(f"{stay}/check-in").status_code == 302
    assert officer.get(f"{stay}/anything").status_code == 404
    with database.reading(cast["dorj.khanuul"]) as work:
        assert work.session.get_one(Stay, arrived.stay_ids[0]).state is StayState.CHECKED_IN


def test_facilities_and_rooms(
    database: Database, cast: Cast, client: Client, arrived: Scene, language: str
) -> None:
    desk = client("saruul.desk", language=language)
    for path in ("/facilities", "/facilities/new"):
        assert desk.get(path).status_code == 200
    made = desk.post("/facilities/new", data={"organisation": "GOBI", "turnover_days": "2"})
    assert made.status_code == 302
    series = {"first": "201", "last": "204", "floor": "2", "kind": "double", "beds": "2"}
    assert desk.post(f"{made.location}/rooms/new", data=series).status_code == 302
    twice = desk.post(f"{made.location}/rooms/new", data=series)
    assert twice.status_code == 200
    page = desk.get(made.location)
    [room, *_] = re.findall(r'href="(/facilities/[^"]+/rooms/[0-9a-f-]{36})"', page.text)
    assert desk.get(room).status_code == 200
    changed = desk.post(room, data={"kind": "family", "beds": "3", "active": "1", "version": "1"})
    assert changed.status_code == 302
    stale = desk.post(room, data={"kind": "single", "beds": "1", "active": "1", "version": "1"})
    assert stale.status_code == 409
    assert desk.get(f"{made.location}/edit").status_code == 200


def test_another_facility_is_not_there(
    database: Database, cast: Cast, client: Client, arrived: Scene, language: str
) -> None:
    stranger = client("tuya.gobi", language=language)
    for path in (
        f"/facilities/{arrived.facility_id}",
        f"/facilities/{arrived.facility_id}/today",
        f"/stays/{arrived.stay_ids[0]}",
    ):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/").status_code == 200
