"""Authenticator apps and recovery codes: forced, used once, counted."""

import pytest
from sqlalchemy import select, update

from casework.services.work import Database
from models.user import LoginSession, User
from tests.conftest import PASSWORD as DEMO_PASSWORD
from tests.conftest import Cast
from tests.integration.auth.entering_cast import (
    PASSWORD,
    ZAYA,
    code_of,
    enrol_app,
    events,
    facts,
    go_forward,
    hidden,
    welcomed,
)
from tests.integration.conftest import Client
from tests.postgresql import bare_connection
from tests.visitor import Visitor

ENTER = {"email": ZAYA, "password": PASSWORD}


@pytest.fixture
def enrolled(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> tuple[Visitor, str, list[str]]:
    """Zaya's browser, her app's secret and her recovery codes; the clock stands still."""
    go_forward(monkeypatch, seconds=0)
    browser = welcomed(client, database)
    return browser, *enrol_app(browser)


def test_nothing_opens_before_a_second_step_is_set(client: Client, database: Database) -> None:
    browser = welcomed(client, database)
    for path in ("/", "/cases", "/account/password", "/requests"):
        assert browser.get(path).location == "/account", path
    page = browser.get("/account")
    assert "Хоёр дахь алхмыг тохируулах" in page.text and "/cases" not in page.text
    _, codes = enrol_app(browser)
    assert len(set(codes)) == 10
    assert browser.get("/").status_code == 200
    told = ["user.invitation_used", "user.signed_in", "user.authenticator_set"]
    assert [one for one in events(database) if one in told] == told
    assert codes[0] not in browser.get("/account").text


def test_a_wrong_code_sets_up_nothing(client: Client, database: Database) -> None:
    browser = welcomed(client, database)
    page = browser.get("/account/app")
    wrong = browser.post("/account/app", data={"setup": hidden(page, "setup"), "code": "000000"})
    assert hidden(wrong, "setup") and "govuk-error-summary" in wrong.text
    forged = browser.post("/account/app", data={"setup": "x", "code": "328482"})
    assert "govuk-error-summary" in forged.text
    assert browser.get("/").location == "/account"


def test_password_then_code(
    client: Client,
    database: Database,
    enrolled: tuple[Visitor, str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, secret, _ = enrolled
    browser = client()
    sent = browser.post("/sign-in?next=/cases", data=ENTER)
    assert sent.location == "/sign-in/code?next=/cases"
    assert browser.get("/").location == "/sign-in"
    assert events(database)[-1] != "user.signed_in"
    replayed = browser.post("/sign-in/code", data={"passcode": code_of(secret)})
    assert replayed.status_code == 200, "the code that set the app up was used"
    go_forward(monkeypatch, seconds=30)
    right = browser.post("/sign-in/code?next=/cases", data={"passcode": code_of(secret)})
    assert right.location == "/cases"
    assert browser.get("/cases").status_code == 200
    assert facts(database, "user.signed_in")[-1] == {"method": "one_time_code"}
    again = client()
    again.post("/sign-in", data=ENTER)
    assert again.post("/sign-in/code", data={"passcode": code_of(secret)}).status_code == 200


def test_a_code_one_step_off_is_taken_and_two_are_not(
    client: Client,
    enrolled: tuple[Visitor, str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, secret, _ = enrolled
    go_forward(monkeypatch, minutes=5)
    for steps, status in ((2, 200), (-2, 200), (1, 302)):
        browser = client()
        browser.post("/sign-in", data=ENTER)
        sent = browser.post("/sign-in/code", data={"passcode": code_of(secret, steps)})
        assert sent.status_code == status, steps


def test_a_recovery_code_opens_once(
    client: Client, database: Database, enrolled: tuple[Visitor, str, list[str]]
) -> None:
    _, _, codes = enrolled
    typed = codes[3].upper().replace("-", " ")
    for status in (302, 200):
        browser = client(language="en")
        browser.post("/sign-in", data=ENTER)
        assert browser.post("/sign-in/code", data={"passcode": typed}).status_code == status
    assert facts(database, "user.recovery_code_used") == [{"left": 9}]
    assert facts(database, "user.sign_in_failed")[-1]["method"] == "recovery_code"


def test_new_recovery_codes_replace_the_old(
    client: Client, enrolled: tuple[Visitor, str, list[str]]
) -> None:
    browser, _, codes = enrolled
    assert browser.post("/account/recovery-codes").text.count("<li><code>") == 10
    other = client()
    other.post("/sign-in", data=ENTER)
    assert other.post("/sign-in/code", data={"passcode": codes[0]}).status_code == 200


def test_guessing_codes_is_slowed_down_whatever_the_password_does(
    client: Client,
    database: Database,
    enrolled: tuple[Visitor, str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, secret, codes = enrolled
    for guess in range(5):
        browser = client()
        browser.post("/sign-in", data=ENTER)  # the right password forgets no guess of a code
        browser.post("/sign-in/code", data={"passcode": f"00000{guess}"})
    go_forward(monkeypatch, seconds=29)
    for passcode in (code_of(secret), codes[0]):
        assert browser.post("/sign-in/code", data={"passcode": passcode}).status_code == 200
    assert facts(database, "user.sign_in_failed")[-1]["throttled"] is True
    go_forward(monkeypatch, minutes=5)
    assert browser.post("/sign-in/code", data={"passcode": codes[0]}).status_code == 302


def test_the_second_step_may_not_take_long(
    client: Client,
    enrolled: tuple[Visitor, str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, _, codes = enrolled
    browser = client()
    assert browser.get("/sign-in/code").location == "/sign-in"
    browser.post("/sign-in", data=ENTER)
    assert browser.get("/sign-in/code").status_code == 200
    go_forward(monkeypatch, minutes=11)
    assert browser.post("/sign-in/code", data={"passcode": codes[0]}).status_code == 302
    assert browser.get("/").location == "/sign-in"


def test_only_the_demos_own_accounts_need_no_second_step(
    client: Client, database: Database, cast: Cast
) -> None:
    data = {"email": "sarnai.seoul@demo.example", "password": DEMO_PASSWORD}
    assert client().post("/sign-in", data=data).location == "/"
    with bare_connection(database) as connection, connection.begin():
        sarnai = User.id == cast["sarnai.seoul"].id
        connection.execute(update(User.__table__).where(sarnai).values(demo=False))
    assert client().post("/sign-in", data=data).location == "/account"


def test_an_account_of_the_demo_by_hand_only_is_none(client: Client, database: Database) -> None:
    welcomed(client, database)
    with bare_connection(database) as connection, connection.begin():
        connection.execute(update(User.__table__).values(demo=True))
    assert client().post("/sign-in", data=ENTER).location == "/account"


def test_the_last_second_step_stays(
    enrolled: tuple[Visitor, str, list[str]], client: Client
) -> None:
    browser, _, _ = enrolled
    browser.post("/account/app/remove")
    page = browser.get("/account")
    assert "Эхлээд өөр хоёр дахь алхам" in page.text
    assert "/account/app/remove" in page.text


def test_one_confirms_with_the_second_step_not_with_the_password(
    database: Database,
    enrolled: tuple[Visitor, str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser, secret, _ = enrolled
    go_forward(monkeypatch, minutes=6)
    asked = browser.get("/account/password").location
    assert asked == "/sign-in/confirm?next=/account/password"
    assert "confirm-password" not in browser.get(asked).text
    assert browser.post(asked, data={"confirm-password": PASSWORD}).status_code == 200
    right = browser.post(asked, data={"confirm-passcode": code_of(secret)})
    assert right.location == "/account/password"
    assert browser.get(right.location).status_code == 200
    assert facts(database, "user.confirmed") == [{"method": "one_time_code"}]


def test_half_a_session_is_told_as_nobodys(
    client: Client, database: Database, enrolled: tuple[Visitor, str, list[str]]
) -> None:
    browser = client()
    browser.post("/sign-in", data=ENTER)
    with bare_connection(database) as connection:
        stages = list(connection.scalars(select(LoginSession.__table__.c.stage)))
    assert stages.count("second_factor") == 1
    zaya, _, _ = enrolled
    assert zaya.get("/account").text.count('name="chosen"') == 0
