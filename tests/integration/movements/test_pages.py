"""The whole way through the browser, in both languages, each step by the role that does it."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.services.work import Database
from casework.vocabulary import MovementState, RoomKind, StayState
from models.facility import Stay
from models.movement import Movement
from tests.conftest import Cast
from tests.integration.conftest import Client, CountQueries
from tests.integration.movements.scene import facility, flight, household
from tests.visitor import Visitor

pytestmark = pytest.mark.parametrize("language", ["mn", "en"])


def read(page: Visitor, path: str) -> str:
    response = page.get(path)
    assert response.status_code == 200, path
    return response.text


def send(page: Visitor, path: str, **data: str) -> None:
    response = page.post(path, data=data)
    assert response.status_code == 302, response.text


def stage(database: Database, cast: Cast) -> tuple[UUID, UUID]:
    with database.writing(cast["saruul.desk"]) as work:
        place = facility(work, (RoomKind.DOUBLE, 2, 5), (RoomKind.ACCESSIBLE, 1, 1))
        for number in range(4):
            household(work, count=2, waiting_days=5 * number)
        return place.id, flight(work, 6, in_days=0).id


def receive(mission: Visitor, officer: Visitor, page: str) -> None:
    """Tick everybody as arrived, after what is refused; plan one's reception."""
    too_early = mission.post(f"{page}/arrive")
    assert "6" in mission.get(too_early.location).text
    ticks_open = re.findall(r'name="(hold-[^"]+)" value="here"', read(mission, f"{page}/arrival"))
    unexplained = mission.post(f"{page}/arrival", data={ticks_open[0]: "missing"})
    assert unexplained.status_code == 200
    assert re.search(rf'id="missing-{ticks_open[0][5:]}"[^>]* checked', unexplained.text)
    send(mission, f"{page}/arrival", rest="here")
    assert "6" in read(officer, f"{page}/reception")
    told = re.findall(r'name="to-([^"]+)"', read(mission, f"{page}/reception"))
    send(mission, f"{page}/reception", **{f"to-{told[0]}": "own", f"need-{told[0]}": "wheelchair"})
    read(mission, f"{page}/reception")


def test_from_the_plan_to_quarantine(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    place, movement = stage(database, cast)
    desk = client("saruul.desk", language=language)
    mission = client("sarnai.seoul", language=language)
    officer = client("dorj.khanuul", language=language)
    page, rooms = f"/movements/{movement}", f"/facilities/{place}"
    for path in ("/", "/movements", "/movements/new", page, f"{page}/allocation", f"{page}/cancel"):
        read(desk, path)
    send(desk, f"{page}/allocate", version="1")
    assert "KR-" in read(desk, f"{page}/allocation")
    assert "KR-" in read(desk, f"{page}/allocation?show=waiting")
    answered_by = {"hours": "24", "closes_on": "", "closes_hour": ""}
    send(desk, f"{page}/answer-time", **answered_by)
    read(desk, f"{page}/answer-time")
    wrong = desk.post(f"{page}/answer-time", data=answered_by | {"closes_on": "2099-01-01"})
    assert wrong.status_code == 200
    send(desk, f"{page}/offers")
    offers = re.findall(r'href="(/requests/[^"]+/offers/[^"]+)"', read(mission, "/offers"))
    assert len(offers) == 3
    read(mission, offers[0])
    for offer in offers[:2]:
        send(mission, offer, answer="yes", channel="phone")
    refused = mission.post(offers[2], data={"answer": "no", "channel": "phone"})
    assert refused.status_code == 200
    send(mission, offers[2], answer="no", channel="phone", word="Өөрөө утсаар хэлсэн")
    read(mission, offers[2])
    [passed_on] = set(
        re.findall(r'href="(/requests/[^"]+/offers/[^"]+)"', read(mission, "/offers"))
    )
    send(mission, passed_on, answer="yes", channel="phone")
    read(desk, "/offers")
    read(desk, "/offers/given-up")
    read(desk, page)
    send(desk, f"{page}/freed")
    send(desk, f"{page}/manifest")
    for visitor in (desk, mission, officer):
        read(visitor, f"{page}/manifest")
    ticks = set(re.findall(r'name="(hold-[^"]+)"', read(mission, f"{page}/boarding")))
    assert len(ticks) == 6
    send(mission, f"{page}/boarding", **dict.fromkeys(ticks, "present"))
    read(mission, f"{page}/boarding")
    send(mission, f"{page}/depart")
    read(mission, page)
    receive(mission, officer, page)
    send(mission, f"{page}/arrive")
    read(officer, "/")
    read(officer, f"{rooms}/today")
    send(officer, f"{rooms}/arrivals")
    with database.reading(cast["saruul.desk"]) as work:
        assert work.session.get_one(Movement, movement).state is MovementState.ARRIVED
        states = work.session.scalars(select(Stay.state)).all()
        assert states == [StayState.CHECKED_IN] * 6


def test_no_name_stands_in_a_title_and_strangers_are_kept_out(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    _, movement = stage(database, cast)
    desk = client("saruul.desk", language=language)
    send(desk, f"/movements/{movement}/allocate", version="1")
    again = desk.post(f"/movements/{movement}/allocate", data={"version": "1"})
    assert again.status_code == 302
    assert len(re.findall("KR-2", read(desk, f"/movements/{movement}/allocation"))) == 3
    assert client("tuya.gobi").get(f"/movements/{movement}").status_code == 404
    assert client("outsider.ngo").get("/movements").status_code == 404
    for title in re.findall("<title>(.*?)</title>", read(desk, f"/movements/{movement}")):
        assert "Цэрэн" not in title


def test_lists_do_not_ask_once_a_row(
    database: Database, cast: Cast, client: Client, queries: CountQueries, language: str
) -> None:
    _, movement = stage(database, cast)
    desk = client("saruul.desk", language=language)
    send(desk, f"/movements/{movement}/allocate", version="1")
    send(desk, f"/movements/{movement}/offers")
    mission = client("sarnai.seoul", language=language)
    for page, path in ((mission, "/offers"), (desk, f"/movements/{movement}/allocation")):
        with queries() as counted:
            read(page, path)
        assert len(counted) < 30, counted.statements


def test_planning_says_what_is_wrong(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    desk = client("saruul.desk", language=language)
    typed = {
        "kind": "charter_flight",
        "origin_countries": "KR, Атлантис",
        "origin_city": "Seoul",
        "point_of_entry": "Chinggis Khaan",
        "departs_on": "2026-12-02",
        "arrives_on": "2026-12-01",
        "seats": "240",
        "payer": "government",
    }
    wrong = desk.post("/movements/new", data=typed)
    assert wrong.status_code == 200
    assert "Атлантис" in wrong.text
    early = desk.post("/movements/new", data=typed | {"origin_countries": "KR; Япон"})
    assert early.status_code == 200
    right = typed | {"origin_countries": "KR; Япон", "arrives_on": "02.12.2026"}
    made = desk.post("/movements/new", data=right)
    assert made.status_code == 302
    read(desk, made.location)
    with database.reading(cast["saruul.desk"]) as work:
        [movement] = work.session.scalars(select(Movement)).all()
        assert movement.origin_countries == ["JP", "KR"]
        assert (movement.quarantine_nights, movement.reserved_percent) == (0, 10)
