"""Anybody can tell a protection officer something, and only a protection officer learns of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import clock
from casework.services.setup import command_actor
from casework.services.work import Database
from models.audit import AuditEntry
from models.concern import Concern
from models.user import SignInThrottle
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.leaks import leaks

TEXT = "Байрны ажилтан надаас мөнгө нэхсэн"
DATA = {"kind": "exploitation", "text": TEXT}


def test_it_reaches_the_officer_and_nobody_else(
    database: Database, cast: Cast, client: Client
) -> None:
    stranger = client()
    page = stranger.get("/concern")
    assert page.status_code == 200
    assert 'lang="mn"' in page.text
    assert "<title>Бидэнд бичих" in page.text
    page = stranger.post("/concern", data=DATA)
    receipt = re.search(r"<strong>([A-Z2-7]{4}-[A-Z2-7]{4})</strong>", page.text)
    assert receipt is not None
    assert TEXT not in page.text
    officer = client("khulan.protection", language="en")
    assert "A concern about a worker was raised." in officer.get("/notices").text
    with database.reading(cast["khulan.protection"]) as work:
        concern = work.session.scalars(select(Concern)).one()
        assert concern.recorded_by_id is None
    with database.reading(command_actor()) as work:
        entry = work.session.scalars(
            select(AuditEntry).where(AuditEntry.event == "concern.recorded")
        ).one()
        assert entry.actor_id is None
        assert b'"net":null' in entry.body
    page = officer.get(f"/concerns/{concern.id}")
    assert TEXT in page.text
    assert receipt[1] in page.text
    for name in ("bolormaa.caseworker", "enkhbayar.supervisor", "admin.office"):
        browser = client(name, language="en")
        assert browser.get(f"/concerns/{concern.id}").status_code == 404
        assert browser.get("/audit").status_code == 404
        assert "concern about a worker" not in browser.get("/notices").text
    assert leaks(database.settings, [TEXT]) == []


def test_a_page_sent_twice_is_one_concern(database: Database, cast: Cast, client: Client) -> None:
    stranger = client()
    data = {**DATA, "idempotency_key": "the same page"}
    first, second = (stranger.post("/concern", data=data).text for _ in range(2))
    receipts = [re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}", page) for page in (first, second)]
    assert receipts[0] == receipts[1]
    with database.reading(cast["khulan.protection"]) as work:
        assert len(work.session.scalars(select(Concern)).all()) == 1


def test_a_flood_from_one_address_waits(
    database: Database, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = client(language="en")
    for _ in range(3):
        assert "We have your message" in stranger.post("/concern", data=DATA).text
    page = stranger.post("/concern", data=DATA)
    assert "Several messages came from your network." in page.text
    assert TEXT in page.text
    later = clock.now() + timedelta(minutes=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "We have your message" in stranger.post("/concern", data=DATA).text
    assert "Several messages" in stranger.post("/concern", data=DATA).text
    with database.reading(cast["khulan.protection"]) as work:
        assert len(work.session.scalars(select(Concern)).all()) == 4
    with database.reading(command_actor()) as work:
        assert len(work.session.scalars(select(SignInThrottle)).all()) == 1


def test_nothing_is_asked_that_names_the_sender(client: Client) -> None:
    page = client(language="en").get("/concern").text
    fields = re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"', page)
    assert {name for name in fields if name not in ("csrf_token", "idempotency_key")} <= {
        "kind",
        "text",
        "version",
        "next",
    }


def test_an_empty_message_is_asked_for_again(client: Client) -> None:
    page = client(language="en").post("/concern", data={"kind": "abuse", "text": ""})
    assert "There is a problem" in page.text
