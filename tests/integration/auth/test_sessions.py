"""The list of one's browsers, and what ends them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.record import Act
from casework.config import load_settings
from casework.rules.browsers import families
from casework.services.sign_in import hashing
from casework.services.sign_in.caller import Caller
from casework.services.sign_in.entering import sign_in
from casework.services.sign_in.throttle import FREE_FAILURES
from casework.services.work import Database
from casework.vocabulary import BrowserFamily, Purpose, SystemFamily
from models.user import LoginSession, User
from tests.conftest import PASSWORD, Cast
from tests.integration.auth.entering_cast import events, facts, go_forward
from tests.integration.conftest import Client
from tests.postgresql import bare_connection

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"
SARNAI = {"email": "sarnai.seoul@demo.example", "password": PASSWORD}


@pytest.mark.parametrize(
    ("said", "browser", "system"),
    [
        (FIREFOX, BrowserFamily.FIREFOX, SystemFamily.LINUX),
        (EDGE, BrowserFamily.EDGE, SystemFamily.WINDOWS),
        (PHONE, BrowserFamily.SAFARI, SystemFamily.IOS),
        ("", BrowserFamily.OTHER, SystemFamily.OTHER),
    ],
)
def test_only_families_are_kept(said: str, browser: BrowserFamily, system: SystemFamily) -> None:
    assert families(said) == (browser, system)


def test_ones_browsers_are_listed_and_signed_out(client: Client, database: Database) -> None:
    here, there = client("sarnai.seoul"), client()
    there.post("/sign-in", data=SARNAI, headers={"User-Agent": EDGE})
    page = here.get("/account")
    assert "Edge" in page.text and "Windows" in page.text
    with bare_connection(database) as connection:
        row = connection.execute(select(LoginSession.__table__).order_by(LoginSession.id)).all()[-1]
    assert not any("Mozilla" in str(value) for value in row)
    here.post("/account/sessions/end", data={"chosen": str(row.id)})
    assert there.get("/").location == "/sign-in"
    assert here.get("/").status_code == 200
    third = client("sarnai.seoul")
    here.post("/account/sessions/end-others")
    assert third.get("/").location == "/sign-in"
    assert here.get("/").status_code == 200
    assert facts(database, "user.sessions_ended") == [{"sessions": 1}] * 2


def test_nobody_ends_the_session_of_somebody_else(
    client: Client, database: Database, cast: Cast
) -> None:
    victim = client("bolormaa.caseworker")
    with bare_connection(database) as connection:
        (session_id,) = connection.scalars(select(LoginSession.id)).all()
    for chosen in (str(session_id), "nonsense", ""):
        client("admin.office").post("/account/sessions/end", data={"chosen": chosen})
    assert victim.get("/").status_code == 200
    assert "user.sessions_ended" not in events(database)


def test_another_password_ends_other_browsers_and_asks_for_the_old(
    client: Client, database: Database
) -> None:
    here, there = client("sarnai.seoul"), client("sarnai.seoul")
    data = {"password": PASSWORD, "new_password": "нохой модон дээгүүр нисэв"}
    assert here.post("/account/password", data={**data, "password": "a guess"}).status_code == 200
    for weak in ("Sarnai-2026-04", "password1234", "short", "Улаанбаатар2026", "x" * 200):
        answer = here.post("/account/password", data={**data, "new_password": weak})
        assert answer.status_code == 200 and weak not in answer.text
    assert there.get("/").status_code == 200
    assert here.post("/account/password", data=data).location == "/account"
    assert there.get("/").location == "/sign-in"
    assert here.get("/").status_code == 200
    assert client().post("/sign-in", data=SARNAI).status_code == 200
    now = {**SARNAI, "password": data["new_password"]}
    assert client().post("/sign-in", data=now).location == "/"
    assert events(database).count("user.password_changed") == 1


def test_an_outdated_hash_is_made_anew_when_its_password_is_seen(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["admin.office"]) as work:
        user = work.session.get_one(User, cast["sarnai.seoul"].id)
        weaker = type(hashing.HASHER)(time_cost=1, memory_cost=8 * 1024, parallelism=1)
        user.password_hash = weaker.hash(PASSWORD)
        work.record(Act("user.password_reset", Purpose.ADMINISTRATION))
    sign_in(database, SARNAI["email"], PASSWORD, Caller())
    with database.reading(cast["admin.office"]) as work:
        stored = work.session.get_one(User, cast["sarnai.seoul"].id).password_hash
        assert stored is not None and not hashing.HASHER.check_needs_rehash(stored)
    assert events(database)[-1] == "user.signed_in"


def test_a_whole_mission_may_mistype_before_its_address_waits(client: Client) -> None:
    for guess in range(20):
        client().post("/sign-in", data={"email": f"x{guess}@demo.example", "password": "wrong"})
    assert client().post("/sign-in", data=SARNAI).location == "/"


def test_an_address_that_guesses_at_everything_waits(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FREE_FAILURES, "address", 3)
    for guess in range(3):
        client().post("/sign-in", data={"email": f"x{guess}@demo.example", "password": "wrong"})
    go_forward(monkeypatch, seconds=1)
    assert client().post("/sign-in", data=SARNAI).status_code == 200
    go_forward(monkeypatch, minutes=2)
    assert client().post("/sign-in", data=SARNAI).location == "/"


def test_limits_are_configured() -> None:
    settings = load_settings(
        {
            "CASEWORK_SESSION_IDLE_MINUTES": "5",
            "CASEWORK_SESSION_HOURS": "2",
            "CASEWORK_STEP_UP_MINUTES": "1",
            "CASEWORK_ORIGIN": "https://casework.example.mn",
        }
    )
    limits = (settings.session_idle, settings.session_lifetime, settings.step_up)
    assert [timedelta(seconds=limit) for limit in limits] == [
        timedelta(minutes=5),
        timedelta(hours=2),
        timedelta(minutes=1),
    ]
    assert settings.address == "https://casework.example.mn"
