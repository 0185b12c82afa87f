"""Steps that the tests of signing in share."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from casework import clock
from casework.services.setup import command_actor
from casework.services.sign_in.invitations import invite
from casework.services.users import add_user
from casework.services.work import Database
from casework.vocabulary import InvitationPurpose, Role
from models.audit import AuditEntry
from tests.integration.conftest import Client
from tests.postgresql import bare_connection
from tests.visitor import Visitor

ZAYA = "zaya@iom.example"
PASSWORD = "гурван огт хамаагүй үг"


def events(database: Database) -> list[str]:
    """The log's events about users, in order."""
    with bare_connection(database) as connection:
        found = connection.scalars(select(AuditEntry.event).order_by(AuditEntry.id))
        return [event for event in found if event.startswith("user.")]


def facts(database: Database, event: str) -> list[dict[str, Any]]:
    """The facts of every entry of this event."""
    with bare_connection(database) as connection:
        query = select(AuditEntry.body).where(AuditEntry.event == event).order_by(AuditEntry.id)
        return [json.loads(body)["facts"] for body in connection.scalars(query)]


def invited(database: Database, email: str = ZAYA) -> str:
    """The code of a new caseworker's invitation."""
    with database.writing(command_actor()) as work:
        user = add_user(work, email=email, role=Role.CASEWORKER, organisation="IOM", name="Заяа")
        return invite(work, user, InvitationPurpose.WELCOME).code


def welcomed(client: Client, database: Database) -> Visitor:
    """Zaya's browser after she chose a password: the second step is to be set."""
    browser = client()
    data = {"passcode": invited(database), "new_password": PASSWORD}
    assert browser.post("/welcome", data=data).location == "/account"
    return browser


def hidden(answer: TestResponse, name: str) -> str:
    """What a hidden input of the page holds."""
    found = re.search(f'name="{name}" value="([^"]*)"', answer.text)
    assert found is not None, name
    return html.unescape(found[1])


def options(answer: TestResponse) -> dict[str, Any]:
    """What the page would give to the device."""
    found = re.search('data-options="([^"]*)"', answer.text)
    assert found is not None
    read: dict[str, Any] = json.loads(html.unescape(found[1]))
    return read


def key_of(page: TestResponse) -> str:
    """The key that the app reads from the page of setting it up."""
    found = re.search("<code>([A-Z2-7 ]+)</code>", page.text)
    assert found is not None
    return found[1].replace(" ", "")


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds later."""
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def enrol_app(browser: Visitor) -> tuple[str, list[str]]:
    """Set up an authenticator app; its secret, and the recovery codes when they are shown."""
    page = browser.get("/account/app")
    secret = key_of(page)
    data = {"setup": hidden(page, "setup"), "code": code_of(secret)}
    answer = browser.post("/account/app", data=data)
    return secret, re.findall("<code>([a-z0-9-]{14})</code>", answer.text)


def go_forward(monkeypatch: pytest.MonkeyPatch, **later: float) -> None:
    """Let the clock show a later moment from now on."""
    moment = clock.now() + timedelta(**later)
    monkeypatch.setattr("casework.clock.now", lambda: moment)
