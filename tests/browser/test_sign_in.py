"""Passkeys in Chromium with a virtual authenticator, and the same without script."""

import re
from typing import Any
from uuid import uuid4

import pyotp
import pytest
from playwright.sync_api import CDPSession

from casework.services.setup import command_actor, open_database
from casework.services.sign_in.invitations import invite
from casework.services.users import add_user
from casework.vocabulary import InvitationPurpose, Language, Role
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.visit import Checked, Visit
from tests.conftest import on_sqlite

pytestmark = [pytest.mark.browser, on_sqlite]

PASSWORD = "гурван огт хамаагүй үг"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def email() -> str:
    """Zaya's address: each test invites her anew."""
    return f"zaya.{uuid4().hex}@iom.example"


@pytest.fixture
def code(site: Site, email: str) -> str:
    """The code of Zaya's invitation."""
    database = open_database(site.settings)
    with database.writing(command_actor()) as work:
        user = add_user(
            work,
            email=email,
            role=Role.CASEWORKER,
            organisation="IOM",
            name="Заяа",
            language=Language.EN,
        )
        made = invite(work, user, InvitationPurpose.WELCOME).code
    database.close()
    return made


def go(reader: Visit, path: str) -> None:
    """A page under the host name that passkeys belong to."""
    reader.page.goto(f"http://localhost:{reader.site.port}{path}")
    reader.check()


def device(reader: Visit) -> tuple[CDPSession, str]:
    """Give the browser an authenticator; its session and id."""
    session = reader.context.new_cdp_session(reader.page)
    session.send("WebAuthn.enable")
    added: dict[str, Any] = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, added["authenticatorId"]


def press_passkey(reader: Visit) -> None:
    with reader.page.expect_navigation():
        reader.page.locator("[data-passkey] button").click()
    reader.check()


def sign_out(reader: Visit) -> None:
    reader.page.locator("summary", has_text="Заяа").click()
    with reader.page.expect_navigation():
        reader.page.locator("form[action='/sign-out'] button").click()


def test_from_the_invitation_to_signing_in_with_a_passkey(
    visit: Open, checked: Checked, email: str, code: str, site: Site
) -> None:
    reader = visit(None, "en")
    session, authenticator = device(reader)
    go(reader, f"/welcome#{code}")
    assert reader.page.locator("[name=passcode]").input_value() == code
    assert code not in reader.page.url
    reader.fill(new_password=PASSWORD)
    reader.press()
    assert reader.path == "/account"
    go(reader, "/account/passkeys/new")
    reader.fill(label="Миний ноутбүүк")
    press_passkey(reader)
    assert len(reader.page.locator(".codes code").all()) == 10
    reader.follow("/")
    go(reader, "/account")
    reader.sees("Миний ноутбүүк", "Chrome")
    sign_out(reader)
    go(reader, "/sign-in")
    press_passkey(reader)
    assert reader.path == "/"
    sign_out(reader)
    go(reader, "/sign-in")
    reader.fill(email=email, password=PASSWORD)
    reader.press("/sign-in")
    assert reader.path == "/sign-in/code"
    press_passkey(reader)
    assert reader.path == "/"
    sign_out(reader)
    _turn_back(session, authenticator)
    go(reader, "/sign-in")
    press_passkey(reader)
    assert reader.path == "/sign-in/passkey"
    assert reader.page.locator(".govuk-error-summary").is_visible()
    assert checked.problems == []
    assert code not in site.log.read_text()


def _turn_back(session: CDPSession, authenticator: str) -> None:
    """Leave the device with a copy of its passkey from before it was last used."""
    where = {"authenticatorId": authenticator}
    (held,) = session.send("WebAuthn.getCredentials", where)["credentials"]
    session.send("WebAuthn.clearCredentials", where)
    session.send("WebAuthn.addCredential", {**where, "credential": {**held, "signCount": 1}})


def test_a_device_that_gives_nothing_says_so(visit: Open, checked: Checked, code: str) -> None:
    reader = visit(None, "en")
    session, authenticator = device(reader)
    session.send(
        "WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False}
    )
    go(reader, "/sign-in")
    said = reader.page.locator("[data-passkey] [role=alert]")
    assert not said.is_visible()
    reader.page.locator("[data-passkey] button").click()
    said.wait_for(state="visible")
    assert reader.path == "/sign-in"
    reader.open("/sign-in")  # under the bare address there are no passkeys
    assert not reader.page.locator("[data-passkey]").is_visible()
    assert checked.problems == []


def test_without_script(visit: Open, email: str, code: str) -> None:
    reader = visit(None, "en", java_script_enabled=False)
    reader.open(f"/welcome#{code}")
    reader.fill(passcode=code, new_password=PASSWORD)
    reader.press()
    assert reader.path == "/account"
    reader.open("/account/app")
    reader.page.locator("summary", has_text="scan").click()
    key = re.search("([A-Z2-7]{4} ){7}[A-Z2-7]{4}", reader.text)
    assert key is not None
    reader.fill(code=pyotp.TOTP(key[0].replace(" ", "")).now())
    reader.press()
    recovery = reader.page.locator(".codes code").first.inner_text()
    reader.context.clear_cookies()
    reader.open("/sign-in")
    reader.fill(email=email, password=PASSWORD)
    reader.press("/sign-in")
    assert reader.path == "/sign-in/code"
    reader.fill(passcode=recovery)
    reader.press()
    assert reader.path == "/"
    reader.sees("Сэргээх код ашиглалаа; 9 үлдсэн.")
