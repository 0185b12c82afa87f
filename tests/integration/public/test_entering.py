"""Guessing: nothing tells a wrong PIN from a request that is not there, and it is slowed down."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import clock
from casework.services.public import sending
from casework.services.public.visits import begin_visit, keep_answers, read_visit
from casework.services.work import Database
from models.public import PublicVisit
from tests.integration.conftest import Client, CountQueries
from tests.integration.public.conftest import come_in
from tests.integration.public.form import ANSWERS, GIVEN, fill_in
from tests.postgresql import bare_connection


def plain(page: str) -> str:
    return re.sub(r'(nonce|value)="[^"]*"', "", page)


def test_an_unknown_reference_looks_like_a_wrong_pin(
    client: Client, sent: tuple[str, str], queries: CountQueries
) -> None:
    browser = client()
    code, _pin = sent
    pages, statements = [], []
    for wrong in (code, f"{code}-2", code.replace("00001", "09999"), "x"):
        client().post("/status", data={"code": "warm", "pin": "0"})
        with queries() as counted:
            answer = browser.post("/status", data={"code": wrong, "pin": "0000000000"})
        pages.append(plain(answer.text))
        statements.append([re.sub(r"\s+", " ", one)[:60] for one in counted.statements])
        assert answer.status_code == 200
    assert len(set(pages)) == 1
    assert len({tuple(each) for each in statements}) == 1


def test_wrong_pins_close_the_reference_for_a_while(
    client: Client, sent: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client()
    code, pin = sent
    for _ in range(5):
        browser.post("/status", data={"code": code, "pin": "1"})
    assert browser.post("/status", data={"code": code, "pin": pin}).status_code == 200
    later = clock.now() + timedelta(minutes=30, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    come_in(browser, code.lower(), pin.replace(" ", ""))


def test_pages_behind_the_pin_ask_for_it(client: Client, sent: tuple[str, str]) -> None:
    browser = client()
    pages = ("request", "data", "change", "withdraw", "appeal")
    for page in pages:
        assert browser.get(f"/status/{page}").location == "/status"
    come_in(browser, *sent)
    browser.post("/status/leave", data={})
    assert browser.get("/status/request").location == "/status"


def test_what_was_typed_is_forgotten(
    database: Database, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client()
    fill_in(browser, ANSWERS[:2], "/ask/person/1/birth")
    assert GIVEN in browser.get("/ask/person/1/name").text
    with browser.session_transaction() as cookie:
        assert GIVEN not in str(dict(cookie))
    assert browser.get("/ask/leave").status_code == 303
    assert browser.get("/ask/person/1/name").location == "/ask"
    secret = begin_visit(database, None)
    keep_answers(database, secret, {"where": {"country": ["KR"]}})
    later = clock.now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert read_visit(database, secret) is None
    begin_visit(database, None)
    with bare_connection(database) as connection:
        assert len(connection.execute(select(PublicVisit.id)).all()) == 1


def test_a_flood_from_one_address_waits_and_keeps_its_answers(
    client: Client, sent: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SENDING", replace(sending.SENDING, free=1))
    browser = client(language="en")
    fill_in(browser)
    page = browser.post("/ask/check", data={}).text
    assert "Many requests came from your network" in page and GIVEN in page


def test_the_same_person_twice_is_taken_and_only_the_holder_sees_it(client: Client) -> None:
    answers = []
    for country in ("KR", "DE"):
        browser = client(language="en")
        fill_in(
            browser,
            [
                (ANSWERS[0][0], {"country": country}),
                *ANSWERS[1:12],
                ("/ask/safety", {}),
                *ANSWERS[13:],
            ],
        )
        browser.post("/ask/check", data={})
        page = browser.get("/ask/sent").text
        code = re.findall(r'<strong class="code">([^<]+)<', page)[0]
        answers.append((code, re.sub(r'<strong class="code">[^<]+<', "", plain(page))))
    assert answers[0][1] == answers[1][1]
    holder = client("sarnai.seoul", language="en").get("/told").text
    assert "May be the same as another request" in holder and answers[1][0] in holder
    assert answers[0][0] not in client("bold.berlin").get("/told").text
