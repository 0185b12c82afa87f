"""A request of one's own, from the first question to the mission's list."""

from sqlalchemy import select

from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Channel, RequestState
from models.public import PublicVisit, RequestPin
from models.return_request import ReturnRequest
from tests.integration.conftest import Client
from tests.integration.public.form import CHILD, GIVEN, fill_in, send
from tests.leaks import leaks


def test_a_family_asks_and_the_mission_sees_it(database: Database, client: Client) -> None:
    browser = client()
    fill_in(browser)
    page = browser.get("/ask/check").text
    assert GIVEN in page and CHILD in page and "+82 10 5555 7777" in page
    assert leaks(database.settings, [GIVEN, CHILD, "5555 7777"]) == []
    code, pin = send(browser)
    with database.reading(command_actor()) as work, work.unseen():
        request = work.session.scalars(select(ReturnRequest)).one()
        assert (request.reference, request.state) == (code, RequestState.SUBMITTED)
        assert (request.channel, request.lodged_at.code) == (Channel.PUBLIC_FORM, "KR")
        assert [member.protection for member in request.members] == [True, False]
        visit = work.session.scalars(select(PublicVisit)).one()
        assert (visit.answers, visit.protection) == ({}, None)
        assert work.session.scalars(select(RequestPin)).one().pin_hash.startswith("$argon2id$")
    assert leaks(database.settings, [pin, pin.replace(" ", "")]) == []
    assert code in client("sarnai.seoul").get("/told").text
    assert code not in client("bold.berlin").get("/told").text
