"""Who takes a request for whom: the desk for a mission, a caller or a helper for a household."""

from typing import Any
from uuid import UUID

from casework.services.work import Database
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import page_of, read


def made(database: Database, cast: Cast, response: Any) -> ReturnRequest:
    """The request that the page led to."""
    assert response.status_code == 302
    with database.reading(cast["saruul.desk"]) as work:
        return read(work, UUID(response.headers["Location"].rsplit("/", 1)[1]))


def test_the_desk_says_which_mission_looks_after_a_request(
    client: Client, database: Database, cast: Cast
) -> None:
    desk = client("saruul.desk", language="en")
    assert 'name="mission"' in desk.get("/requests/new").text
    assert "An answer is needed here." in desk.post("/requests/new", data=page_of()).text
    request = made(database, cast, desk.post("/requests/new", data=page_of(mission="KR")))
    assert request.lodged_at.code == "KR"
    assert request.reference.startswith("KR-")
    place = f"/requests/{request.id}"
    assert client("sarnai.seoul").get(place).status_code == 200
    assert client("bold.berlin").get(place).status_code == 404


def test_an_officer_is_not_asked_and_registers_at_no_other_mission(
    client: Client, database: Database, cast: Cast
) -> None:
    officer = client("sarnai.seoul", language="en")
    assert 'name="mission"' not in officer.get("/requests/new").text
    request = made(database, cast, officer.post("/requests/new", data=page_of(mission="DE")))
    assert request.lodged_at.code == "KR"
