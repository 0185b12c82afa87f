"""One's own word with a PIN: only about oneself, through the same states, and in the log."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.record import Act
from audit.verify import verify
from casework import clock
from casework.actor import system_actor
from casework.policy import OWN_WORD, Permission, can, may_ever
from casework.services.facts import facts_of
from casework.services.public.visits import person_actor
from casework.services.requests.deciding import decline_request
from casework.services.requests.scoring import order_today, store_score
from casework.services.requests.states import move_members
from casework.services.scopes import visible
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Band, DeclineReason, Purpose, RequestState, TellingKind
from models.audit import AuditEntry
from models.public import Telling
from models.return_request import RequestMember, ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.public.conftest import Family, come_in, member_states, request_of
from tests.postgresql import bare_connection

#: How a page in Mongolian says that a place is reserved.
RESERVED = "нөөц суудал"


def test_the_first_adult_accepts_for_those_who_travel_together(
    database: Database, client: Client, offered: Family
) -> None:
    husband, wife = client(language="en"), client(language="en")
    come_in(wife, offered.codes[1], offered.pins[1])
    key = f"/status/offer/{offered.members[0]}"
    assert "There is a place for you." not in wife.get("/status/request").text.split("<h2")[0]
    assert wife.post(key, data={"accepts": "yes"}).status_code == 404
    come_in(husband, offered.codes[0], offered.pins[0])
    page = husband.get(key).text
    assert "7 nights" in page and "Answer before" in page
    assert husband.post(key, data={}).status_code == 200
    assert husband.post(key, data={"accepts": "yes"}).location == "/status/request"
    assert member_states(database, offered.request_id) == ["confirmed", "confirmed"]
    with database.reading(command_actor()) as work:
        statement = select(AuditEntry.body).where(AuditEntry.event == "request.confirmed")
        actor = json.loads(work.session.scalars(statement).one())["actor"]
        assert (actor["kind"], actor["id"]) == ("person", str(offered.members[0]))
    with bare_connection(database) as connection:
        assert verify(connection).problems == []


def test_an_answer_after_the_end_is_told_when_it_ended(
    client: Client, offered: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client(language="en")
    later = clock.now() + timedelta(days=9)
    monkeypatch.setattr(clock, "now", lambda: later)
    come_in(browser, offered.codes[0], offered.pins[0])
    key = f"/status/offer/{offered.members[0]}"
    page = browser.post(key, data={"accepts": "yes"}).text
    assert "The offer ended on" in page and "in its old place" in page


def test_an_adult_withdraws_herself_alone_in_two_steps(
    database: Database, client: Client, offered: Family
) -> None:
    browser = client(language="en")
    come_in(browser, offered.codes[1], offered.pins[1])
    page = browser.post("/status/withdraw", data={"text": "Ажил олдсон"}).text
    assert "Do you really withdraw?" in page and "Error" not in page and "Ажил олдсон" in page
    assert member_states(database, offered.request_id) == ["offered", "offered"]
    page = browser.post("/status/withdraw", data={"text": "", "second": "1"}).text
    assert "There is a problem" in page
    answer = browser.post("/status/withdraw", data={"text": "", "second": "1", "sure": "y"})
    assert answer.location == "/status/request"
    assert member_states(database, offered.request_id)[1] == "withdrawn"
    assert member_states(database, offered.request_id)[0] != "withdrawn"
    assert request_of(database, offered.request_id).withdrawal_channel == "public_form"


def test_a_private_member_is_nowhere_on_the_others_pages(
    database: Database, client: Client, offered: Family
) -> None:
    with database.writing(command_actor()) as work:
        member = work.session.get_one(RequestMember, offered.members[1])
        member.private, member.needs = True, ["violence"]
        assert store_score(work, member.request, order_today(work)).band is Band.RESERVED
        with work.unseen():
            hidden = member.person.given_name
        work.session.flush()
        facts = {"member": str(member.id), "private": True}
        work.record(Act("member.privacy_changed", Purpose.PROTECTION, facts=facts))
    browser = client()
    come_in(browser, offered.codes[0], offered.pins[0])
    key = f"/status/offer/{offered.members[0]}"
    for address in ("/status/request", "/status/data", key, "/status/withdraw", "/status/why"):
        page = browser.get(address).text
        assert hidden not in page and RESERVED not in page
    other = client()
    come_in(other, offered.codes[1], offered.pins[1])
    assert RESERVED not in other.get("/status/why").text
    assert hidden in other.get("/status/data").text
    assert other.get("/status/why/letter").mimetype == "application/pdf"


def test_how_far_the_other_adult_is_is_not_told(
    database: Database, client: Client, offered: Family
) -> None:
    with database.writing(system_actor()) as work:
        request = work.session.get_one(ReturnRequest, offered.request_id)
        move_members(
            work,
            request,
            request.members[1:],
            RequestState.QUEUED,
            event="request.queued",
        )
        assert request.state is RequestState.QUEUED
    browser = client(language="en")
    come_in(browser, offered.codes[0], offered.pins[0])
    why = browser.get("/status/why").text
    assert "You have an offer." in why and "until then" not in why


def test_an_offer_names_no_other_adult(database: Database, client: Client, offered: Family) -> None:
    with database.reading(command_actor()) as work, work.beyond("a test looks"), work.unseen():
        members = [work.session.get_one(RequestMember, one) for one in offered.members]
        mine, other = (one.person.short_name for one in members)
    browser = client(language="en")
    come_in(browser, offered.codes[0], offered.pins[0])
    page = browser.get(f"/status/offer/{offered.members[0]}").text
    assert mine in page and other not in page and "Each other adult" in page


def test_what_changed_waits_for_the_mission(
    database: Database, client: Client, sent: tuple[str, str]
) -> None:
    browser = client()
    come_in(browser, *sent)
    page = browser.get("/status/data").text
    assert "Оюунчимэг" in page and "5555" not in page
    assert browser.post("/status/data", data={}).location == "/status/request"
    assert browser.post("/status/change", data={"text": "Хүү төрлөө"}).location == "/status/request"
    desk = client("sarnai.seoul")
    page = desk.get("/told").text
    assert "Хүү төрлөө" in page
    assert "Хүү төрлөө" not in client("bold.berlin").get("/told").text
    with database.reading(command_actor()) as work:
        told = work.session.scalars(select(Telling)).one()
    address = f"/requests/{told.request_id}/told/{told.id}"
    assert client("bold.berlin").post(address, data={}).status_code == 404
    assert desk.post(address, data={}).location == "/told"
    assert "Хүү төрлөө" not in desk.get("/told").text


def test_a_declined_request_is_appealed_once_and_in_time(
    database: Database,
    cast: Cast,
    client: Client,
    sent: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with database.writing(cast["sarnai.seoul"]) as work:
        request = work.session.scalars(select(ReturnRequest)).one()
        decline_request(work, request, DeclineReason.OTHER, "Виз хүчинтэй", None)
    browser = client(language="en")
    come_in(browser, *sent)
    assert "Виз хүчинтэй" in browser.get("/status/request").text
    assert browser.post("/status/appeal", data={"text": "Өвчтэй"}).location == "/status/request"
    assert "already" in browser.post("/status/appeal", data={"text": "Өвчтэй"}).text
    assert "Өвчтэй" in client("saruul.desk").get("/told").text
    with database.reading(command_actor()) as work:
        assert [one.kind for one in work.session.scalars(select(Telling))] == [TellingKind.APPEAL]
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    other = client(language="en")
    come_in(other, *sent)
    assert "The time to appeal ended" in other.post("/status/appeal", data={"text": "Дахин"}).text


def test_the_mission_gives_a_new_pin_and_the_old_one_is_dead(
    database: Database, client: Client, offered: Family
) -> None:
    desk = client("sarnai.seoul", language="en")
    address = f"/requests/{offered.request_id}/pin/{offered.members[1]}"
    assert "There is a problem" in desk.post(address, data={}).text
    page = desk.post(address, data={"checked": "y"}).text
    pin = page.split('<strong class="code">')[2].split("<")[0]
    browser = client()
    answer = browser.post("/status", data={"code": offered.codes[1], "pin": offered.pins[1]})
    assert answer.status_code == 200
    come_in(browser, offered.codes[1], pin)
    assert client("bold.berlin").get(address).status_code == 404


def test_a_person_may_only_say_her_own_word_of_her_own_request(
    database: Database, offered: Family
) -> None:
    with database.reading(command_actor()) as work:
        me = work.session.get_one(RequestMember, offered.members[1])
        actor = person_actor(me, None, None)
        requests = work.session.scalars(select(ReturnRequest)).all()
        assert len(requests) == 2
        for permission in Permission:
            statement = select(ReturnRequest.id).where(visible(actor, permission, ReturnRequest))
            seen = set(work.session.scalars(statement))
            assert seen == ({offered.request_id} if permission in OWN_WORD else set())
            for request in requests:
                may = can(actor, permission, facts_of(request, work.session))
                assert may == (request.id in seen)
        assert not any(may_ever(actor, permission) for permission in Permission)
