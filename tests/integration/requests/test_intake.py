"""Who takes a request for whom: the desk for a mission, a caller or a helper for a household."""

from typing import Any
from uuid import UUID

import pytest

from casework.services.requests.deciding import decline_request
from casework.services.requests.reading import Caller, caller_of
from casework.services.work import Database
from casework.vocabulary import CallerRelation, Channel, DeclineReason, WordOf
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


CALL = {
    "channel": "phone",
    "caller_relation": "friend",
    "caller_name": "Отгонбаяр",
    "caller_phone": "+82 10 5555 1234",
    "caller_word": "asked",
}


def test_a_call_says_who_called_and_on_whose_word(
    client: Client, database: Database, cast: Cast
) -> None:
    officer = client("sarnai.seoul", language="en")
    request = made(database, cast, officer.post("/requests/new", data=page_of(**CALL)))
    with database.reading(cast["sarnai.seoul"]) as work:
        kept = caller_of(read(work, request.id))
    assert kept == Caller(CallerRelation.FRIEND, "Отгонбаяр", "+82 10 5555 1234", WordOf.ASKED)
    page = officer.get(f"/requests/{request.id}").text
    for told in ("A friend or neighbour", "Отгонбаяр", "5555 1234", "who was asked beforehand"):
        assert told in page


@pytest.mark.parametrize("channel", ["phone", "assisted"])
def test_a_call_or_a_helper_without_a_name_is_asked_for_it(client: Client, channel: str) -> None:
    officer = client("sarnai.seoul", language="en")
    page = officer.post("/requests/new", data=page_of(channel=channel)).text
    assert "Name of who calls or assists (optional)" not in page
    for field in ("caller_relation", "caller_name", "caller_phone", "caller_word"):
        assert f'href="#{field}"' in page
    half = page_of(**CALL | {"channel": channel, "caller_word": ""})
    page = officer.post("/requests/new", data=half).text
    assert page.count("this is needed") == 2
    assert "Отгонбаяр" in page
    assert "5555 1234" in page


def test_a_member_of_the_household_may_have_no_safe_number(
    client: Client, database: Database, cast: Cast
) -> None:
    officer = client("sarnai.seoul")
    alone = page_of(**CALL | {"caller_relation": "member", "caller_phone": ""})
    request = made(database, cast, officer.post("/requests/new", data=alone))
    assert request.channel is Channel.PHONE


def test_who_may_not_change_a_request_is_not_told_who_called(
    client: Client, database: Database, cast: Cast
) -> None:
    officer = client("sarnai.seoul")
    request = made(database, cast, officer.post("/requests/new", data=page_of(**CALL)))
    with database.writing(cast["sarnai.seoul"]) as work:
        decline_request(work, read(work, request.id), DeclineReason.OTHER, "Виз хүчинтэй", None)
    page = client("sarnai.seoul").get(f"/requests/{request.id}").text
    assert "Отгонбаяр" not in page


def test_a_draft_keeps_who_called(client: Client) -> None:
    officer = client("sarnai.seoul")
    saved = officer.post("/requests/drafts", data={"idempotency_key": "a page", **CALL})
    page = officer.get(saved.headers["Location"]).text
    assert "Отгонбаяр" in page
    assert 'value="friend" selected' in page
    assert 'value="asked" checked' in page
