"""Passkeys: what a device answers is checked, and used once."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.services.work import Database
from casework.vocabulary import TokenKind
from models.sign_in import Passkey
from models.subject import SearchToken
from tests.conftest import Cast
from tests.integration.auth.entering_cast import (
    PASSWORD,
    ZAYA,
    events,
    facts,
    go_forward,
    options,
    welcomed,
)
from tests.integration.auth.soft_token import PRESENT, SoftToken
from tests.integration.conftest import Client
from tests.postgresql import bare_connection
from tests.visitor import Visitor

NEW = "/account/passkeys/new"
ENTER = {"email": ZAYA, "password": PASSWORD}


def make(browser: Visitor, token: SoftToken, label: str = "Утас") -> int:
    """Make a passkey; the answer's status."""
    answer = token.register(options(browser.get(NEW)))
    return browser.post(NEW, data={"passkey": answer, "label": label}).status_code


def enter(client: Client, token: SoftToken) -> str | None:
    """Sign in with nothing but the passkey; where that leads, or None when refused."""
    browser = client()
    answer = token.answer(options(browser.get("/sign-in")))
    return browser.post("/sign-in/passkey?next=/cases", data={"passkey": answer}).location


@pytest.fixture
def token(client: Client, database: Database) -> SoftToken:
    """Zaya's telephone."""
    token = SoftToken()
    assert make(welcomed(client, database), token) == 200
    return token


def test_a_passkey_is_the_second_step_and_a_way_in_of_its_own(
    client: Client, database: Database
) -> None:
    browser, token = welcomed(client, database), SoftToken()
    asked = options(browser.get(NEW))
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    made = browser.post(NEW, data={"passkey": token.register(asked), "label": "Миний утас"})
    assert made.text.count("<li><code>") == 10
    assert "Миний утас" in browser.get("/account").text
    assert enter(client, token) == "/cases"
    assert facts(database, "user.signed_in")[-1] == {"method": "passkey"}


def test_nothing_of_a_passkey_is_stored_in_clear(database: Database, token: SoftToken) -> None:
    with bare_connection(database) as connection:
        stored = connection.execute(select(Passkey.__table__)).one()
        kinds = list(connection.scalars(select(SearchToken.kind)))
    assert kinds.count(TokenKind.PASSKEY) == 1
    held = b"".join(value for value in stored if isinstance(value, bytes))
    assert token.credential_id not in held and "Утас".encode() not in held


def test_the_password_and_then_the_passkey(client: Client, token: SoftToken) -> None:
    browser = client()
    assert browser.post("/sign-in", data=ENTER).location == "/sign-in/code"
    asked = options(browser.get("/sign-in/code"))
    assert len(asked["allowCredentials"]) == 1
    answer = {"passkey": token.answer(asked)}
    assert browser.post("/sign-in/code", data=answer).location == "/"
    other = client()
    other.post("/sign-in", data=ENTER)
    assert other.post("/sign-in/code", data=answer).status_code == 200, "bound to one sign-in"


def test_a_counter_that_does_not_rise_is_refused_and_told(
    client: Client, database: Database, token: SoftToken
) -> None:
    copy = replace(token, count=token.count)
    copy.key = token.key
    assert enter(client, token) == "/cases"
    assert enter(client, copy) is None
    assert events(database)[-2:] == ["user.passkey_copied", "user.sign_in_failed"]


def test_a_device_that_does_not_count(client: Client, database: Database) -> None:
    token = SoftToken(count=None)
    assert make(welcomed(client, database), token) == 200
    assert enter(client, token) == enter(client, token) == "/cases"
    token.count = 7
    assert enter(client, token) == "/cases"
    token.count = None
    assert enter(client, token) is None, "it counted before"


def test_an_answer_opens_once(client: Client, token: SoftToken) -> None:
    browser = client()
    answer = {"passkey": token.answer(options(browser.get("/sign-in")))}
    assert browser.post("/sign-in/passkey", data=answer).location == "/"
    assert client().post("/sign-in/passkey", data=answer).status_code == 200


def test_a_challenge_lives_a_quarter_of_an_hour(
    client: Client, token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client()
    answer = {"passkey": token.answer(options(browser.get("/sign-in")))}
    go_forward(monkeypatch, minutes=16)
    assert browser.post("/sign-in/passkey", data=answer).status_code == 200


def test_what_does_not_fit_is_refused(client: Client, token: SoftToken) -> None:
    wrong = [
        replace(token, origin="https://evil.example"),
        replace(token, flags=PRESENT),  # nobody was verified
        replace(token, credential_id=b"x" * 32),
        replace(token, handle="AAAA"),  # another account
    ]
    for changed in wrong:
        changed.key = token.key
        assert enter(client, changed) is None, changed
    stranger = replace(token)  # the same names, another key
    assert enter(client, stranger) is None


def test_nonsense_is_refused(client: Client, token: SoftToken) -> None:
    for answer in ("", "{}", "[]", "null", '{"id": 1}', "not json", "{" * 2000):
        assert client().post("/sign-in/passkey", data={"passkey": answer}).status_code == 200
        browser = client()
        browser.post("/sign-in", data=ENTER)
        assert browser.post("/sign-in/code", data={"passkey": answer}).status_code == 200


def test_nonsense_makes_no_passkey(client: Client, database: Database) -> None:
    browser = welcomed(client, database)
    for answer in ("", "{}", "null", "not json"):
        sent = browser.post(NEW, data={"passkey": answer, "label": "x"})
        assert "govuk-error-summary" in sent.text
    unverified = SoftToken(flags=PRESENT)
    assert make(browser, unverified) == 200
    assert browser.get("/").location == "/account", "nobody was verified: nothing is set"


def test_a_passkey_belongs_to_one_account_and_is_removed_by_its_own(
    client: Client, database: Database, cast: Cast, token: SoftToken
) -> None:
    sarnai, same = client("sarnai.seoul"), replace(token)
    same.key = token.key
    assert make(sarnai, same) == 200
    assert "govuk-error-summary" in sarnai.post(NEW, data={"passkey": "", "label": "x"}).text
    with bare_connection(database) as connection:
        (passkey_id,) = connection.scalars(select(Passkey.id)).all()
    sarnai.post("/account/passkeys/remove", data={"chosen": str(passkey_id)})
    assert enter(client, token) == "/cases"
    second = SoftToken()
    browser = client()
    browser.post("/sign-in", data=ENTER)
    browser.post(
        "/sign-in/code", data={"passkey": token.answer(options(browser.get("/sign-in/code")))}
    )
    assert make(browser, second, "Ноутбүүк") == 302
    browser.post("/account/passkeys/remove", data={"chosen": str(passkey_id)})
    assert enter(client, token) is None
    assert enter(client, second) == "/cases"
    assert "user.passkey_removed" in events(database)
