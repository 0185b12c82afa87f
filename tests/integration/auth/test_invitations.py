"""One-time codes: handed over once, used once, in no log."""

import re

import pytest
from sqlalchemy import select

from casework.cli import main
from casework.config import Settings
from casework.services.work import Database
from models.audit import AuditEntry
from models.sign_in import Invitation
from tests.conftest import PASSWORD as DEMO_PASSWORD
from tests.conftest import Cast
from tests.integration.auth.entering_cast import (
    PASSWORD,
    ZAYA,
    enrol_app,
    events,
    facts,
    go_forward,
    invited,
    welcomed,
)
from tests.integration.conftest import Client
from tests.postgresql import bare_connection


def test_a_code_opens_once(client: Client, database: Database) -> None:
    code = invited(database)
    data = {"passcode": f" {code.upper().replace('-', ' ')} ", "new_password": PASSWORD}
    assert client().post("/welcome", data=data).location == "/account"
    assert client().post("/welcome", data=data).status_code == 200
    assert facts(database, "user.invitation_used") == [{"purpose": "welcome"}]
    assert facts(database, "user.sign_in_failed") == [{"method": "invitation", "throttled": False}]


def test_a_weak_password_does_not_use_it_up(client: Client, database: Database) -> None:
    data = {"passcode": invited(database)}
    for weak in ("short", "password1234", "Заяа1990Заяа1990", "zaya is the best one"):
        answer = client().post("/welcome", data={**data, "new_password": weak})
        assert answer.status_code == 200 and "govuk-error-summary" in answer.text, weak
    assert client().post("/welcome", data={**data, "new_password": PASSWORD}).status_code == 302


def test_it_ends_after_three_days(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"passcode": invited(database), "new_password": PASSWORD}
    go_forward(monkeypatch, hours=73)
    assert client().post("/welcome", data=data).status_code == 200


def test_codes_are_nowhere_but_in_the_hands_of_who_made_them(
    client: Client, database: Database, settings: Settings
) -> None:
    code = invited(database)
    client().post("/welcome", data={"passcode": code, "new_password": "short"})
    with bare_connection(database) as connection:
        bodies = b"".join(connection.scalars(select(AuditEntry.body)))
        rows = connection.execute(select(Invitation.__table__)).all()
    assert code.encode() not in bodies and code not in str(rows)
    assert code not in client().get("/welcome").text


def test_a_forgotten_password_keeps_the_second_step(
    client: Client, database: Database, cast: Cast
) -> None:
    browser = welcomed(client, database)
    _, codes = enrol_app(browser)
    admin = client("admin.office", language="en")
    listed = admin.get("/admin/users").text
    path = re.search(r'href="(/admin/users/[0-9a-f-]+)">Заяа<', listed)
    assert path is not None
    page = admin.get(path[1])
    assert "Reset the second step" in page.text and codes[0] not in page.text
    shown = re.search("#([a-z0-9-]{29})<", admin.post(f"{path[1]}/password").text)
    assert shown is not None
    assert browser.get("/").location == "/sign-in"
    assert client().post("/sign-in", data={"email": ZAYA, "password": PASSWORD}).status_code == 200
    data = {"passcode": shown[1], "new_password": "өөр дөрвөн үг бичив"}
    fresh = client()
    assert fresh.post("/welcome", data=data).location == "/sign-in/code"
    assert fresh.get("/").location == "/sign-in"
    assert fresh.post("/sign-in/code", data={"passcode": codes[0]}).location == "/"
    assert "user.password_reset" in events(database)


def test_a_lost_device_is_reset_and_its_owner_told(client: Client, database: Database) -> None:
    browser = welcomed(client, database)
    _, codes = enrol_app(browser)
    admin = client("admin.office", language="en")
    path = re.search(r'href="(/admin/users/[0-9a-f-]+)">Заяа<', admin.get("/admin/users").text)
    assert path is not None
    assert admin.post(f"{path[1]}/second-factors").status_code == 302
    assert browser.get("/").location == "/sign-in"
    fresh = client()
    entered = fresh.post("/sign-in", data={"email": ZAYA, "password": PASSWORD})
    assert entered.location == "/account"
    assert fresh.get("/").location == "/account"
    assert facts(database, "user.second_factors_reset") == [{"factors": 1}]
    assert codes[0] not in enrol_app(fresh)[1]
    assert "хоёр дахь алхмыг цуцаллаа" in fresh.get("/notices").text


def test_an_administrator_signs_somebody_out_everywhere(
    client: Client, database: Database, cast: Cast
) -> None:
    sarnai, admin = client("sarnai.seoul"), client("admin.office")
    admin.post(f"/admin/users/{cast['sarnai.seoul'].id}/sign-out")
    assert sarnai.get("/").location == "/sign-in"
    assert facts(database, "user.sessions_ended") == [{"sessions": 1}]
    own = f"/admin/users/{cast['admin.office'].id}"
    for part in ("password", "second-factors", "sign-out", "hand-over"):
        assert admin.post(f"{own}/{part}").status_code == 404, "nobody keeps her own account"


def test_another_role_ends_open_sessions(client: Client, cast: Cast) -> None:
    otgon = client("otgon.caseworker")
    url = f"/admin/users/{cast['otgon.caseworker'].id}"
    data = {"role": "supervisor", "active": "yes", "version": "1"}
    assert client("admin.office").post(url, data=data).status_code == 302
    assert otgon.get("/").location == "/sign-in"


def test_the_command_prints_a_link_that_opens(
    client: Client,
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CASEWORK_HOME", str(settings.home))
    monkeypatch.setenv("CASEWORK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CASEWORK_KEYSTORE_URL", settings.keystore_url)
    monkeypatch.setenv("CASEWORK_ORIGIN", "https://casework.example.mn")
    words = ["user", "add", ZAYA, "--role", "caseworker", "--organisation", "IOM"]
    assert main(words) == 0
    said = re.match(r"https://casework\.example\.mn/welcome#(\S+)\n", capsys.readouterr().out)
    assert said is not None
    data = {"passcode": said[1], "new_password": PASSWORD}
    assert client().post("/welcome", data=data).location == "/account"


def test_somebody_switched_off_is_not_let_in(
    client: Client, database: Database, cast: Cast
) -> None:
    data = {"passcode": invited(database), "new_password": PASSWORD}
    admin = client("admin.office")
    path = re.search(r'href="(/admin/users/[0-9a-f-]+)">Заяа<', admin.get("/admin/users").text)
    assert path is not None
    off = {"role": "caseworker", "active": "no", "version": "1"}
    assert admin.post(path[1], data=off).status_code == 302
    assert client().post("/welcome", data=data).status_code == 200
    assert DEMO_PASSWORD not in str(events(database))
