"""Signing in through the real form, with CSRF on."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from casework import clock
from casework.services.work import Database
from models.audit import AuditEntry
from models.user import LoginSession
from tests.conftest import PASSWORD, Cast
from tests.integration.conftest import Client
from tests.postgresql import bare_connection

SARNAI = {"email": "Sarnai.Seoul@demo.example ", "password": PASSWORD}


def events(database: Database) -> list[str]:
    with bare_connection(database) as connection:
        return list(connection.scalars(select(AuditEntry.event).order_by(AuditEntry.id)))


def test_signing_in_and_out(client: Client, database: Database) -> None:
    browser = client()
    first = browser.get("/")
    assert first.status_code == 302
    assert first.location == "/sign-in"
    page = browser.get("/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    sent = browser.post("/sign-in?next=/?a=1", data={**SARNAI, "csrf_token": token[1]})
    assert (sent.status_code, sent.location) == (302, "/?a=1")
    assert "sarnai.seoul" in browser.get("/").text
    assert browser.post("/sign-out").location == "/sign-in"
    assert browser.get("/").location == "/sign-in"
    assert events(database)[-2:] == ["user.signed_in", "user.signed_out"]


def test_a_form_without_its_token_is_not_taken(client: Client, database: Database) -> None:
    before = len(events(database))
    answer = client().post("/sign-in", data={**SARNAI, "csrf_token": "of another site"})
    assert answer.status_code == 400
    assert PASSWORD not in answer.text
    assert not [event for event in events(database)[before:] if event.startswith("user.")]


def test_wrong_address_and_wrong_password_look_the_same(client: Client, database: Database) -> None:
    answers = []
    for email in ("sarnai.seoul@demo.example", "nobody@demo.example"):
        page = client().post("/sign-in", data={"email": email, "password": "wrong password"})
        text = re.sub(r'(value|nonce|data-options)="[^"]*"', "", page.text)
        answers.append((page.status_code, text))
    assert answers[0] == answers[1]
    assert events(database)[-2:] == ["user.sign_in_failed"] * 2


def test_guessing_is_slowed_down_even_with_the_right_password(client: Client) -> None:
    browser = client()
    for _ in range(5):
        browser.post("/sign-in", data={**SARNAI, "password": "a guess"})
    assert browser.post("/sign-in", data=SARNAI).status_code == 200
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"],
)
def test_signing_in_never_leads_to_another_site(client: Client, target: str) -> None:
    sent = client().post("/sign-in", query_string={"next": target}, data=SARNAI)
    assert sent.location == "/"


@pytest.mark.parametrize("minutes", [16, 13 * 60])
def test_a_session_ends(client: Client, monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    browser = client("sarnai.seoul")
    assert browser.get("/").status_code == 200
    later = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr("casework.clock.now", lambda: later)
    assert browser.get("/").status_code == 302


def test_a_stolen_cookie_dies_with_the_session(client: Client, database: Database) -> None:
    browser = client("sarnai.seoul")
    browser.get("/")
    with bare_connection(database) as connection:
        assert connection.scalar(select(LoginSession.secret_hash)) is not None
    thief = client()
    with browser.session_transaction() as stolen, thief.session_transaction() as session:
        session.update(stolen)
    assert thief.get("/").status_code == 200
    browser.post("/sign-out")
    assert thief.get("/").status_code == 302


def test_the_language_is_remembered(client: Client) -> None:
    english = client("sarnai.seoul", language="en")
    assert "Home" in english.get("/").text
    assert "Sign in" in client(language="en").get("/sign-in").text
    assert english.post("/language", data={"language": "xx", "next": "//x"}).location == "/"


def test_every_answer_carries_the_headers(client: Client, app: Flask) -> None:
    for answer in (
        client().get("/sign-in"),
        client().get("/nowhere"),
        client("ganaa.analyst").get("/"),
    ):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "HttpOnly" in answer.headers.get("Set-Cookie", "HttpOnly")


def test_a_form_that_was_open_too_long_keeps_what_was_typed(client: Client) -> None:
    typed = {"given_name": "Оюунчимэг <b>", "idempotency_key": "k"}
    ended = client().post("/requests/new", data=typed)
    assert ended.status_code == 401
    assert "Оюунчимэг &lt;b&gt;" in ended.text
    assert 'action="/requests/new"' in ended.text
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client().post("/requests/new", data=typed, headers=foreign).status_code == 403


def test_a_session_given_to_another_account_by_hand_is_worth_nothing(
    client: Client, database: Database, cast: Cast
) -> None:
    browser = client("sarnai.seoul")
    assert browser.get("/").status_code == 200
    with bare_connection(database) as connection, connection.begin():
        connection.execute(update(LoginSession).values(user_id=cast["admin.office"].id))
    assert browser.get("/").status_code == 302
