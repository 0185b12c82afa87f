"""Forms are taken from our own pages only, and nothing but a form changes anything."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casework.app import create_app
from casework.config import Settings
from casework.services.work import Database
from casework.web.uploads import FORM_LIMIT, MOST_FIELDS
from models.audit import AuditEntry
from models.user import User
from tests.conftest import PASSWORD, Cast
from tests.integration.conftest import Client
from tests.postgresql import bare_connection

OFFICER = "sarnai.seoul"
#: How a page of our own sends a form.
OWN = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def language_of(database: Database, cast: Cast) -> str:
    with database.reading(cast[OFFICER]) as work:
        return work.session.get_one(User, cast[OFFICER].id).language.value


@pytest.mark.parametrize(
    "headers",
    [
        {},
        OWN,
        OWN | {"Origin": "http://localhost"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_forms_are_taken(
    client: Client, database: Database, cast: Cast, headers: dict[str, str]
) -> None:
    browser = client(OFFICER)
    assert browser.post("/language", data={"language": "en"}, headers=headers).status_code == 302
    assert language_of(database, cast) == "en"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "something new"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
    ],
)
def test_another_sites_forms_are_refused_even_with_the_token(
    client: Client, database: Database, cast: Cast, headers: dict[str, str]
) -> None:
    browser = client(OFFICER)
    answer = browser.post("/language", data={"language": "en", "x": "кое-что"}, headers=headers)
    assert answer.status_code == 403
    assert "өөр сайтаас" in answer.text
    assert "кое-что" not in answer.text  # what another site typed is not offered to be sent again
    assert language_of(database, cast) == "mn"
    with bare_connection(database) as connection:
        newest = select(AuditEntry.event).order_by(AuditEntry.id.desc()).limit(1)
        assert connection.scalar(newest) == "access.refused"


def test_signing_in_for_somebody_else_is_refused(client: Client) -> None:
    """An attacker would have the victim work in the attacker's account."""
    data = {"email": f"{OFFICER}@demo.example", "password": PASSWORD}
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client().post("/sign-in", data=data, headers=headers).status_code == 403


def test_an_old_browser_over_https_names_the_origin(settings: Settings, database: Database) -> None:
    origin = "https://casework.example.mn"
    database.settings = replace(database.settings, origin=origin, proxies=1)
    app = create_app(database.settings, database)
    for sent, status in ((origin, 302), ("http://casework.example.mn", 403), ("null", 403)):
        browser = app.test_client()
        page = browser.get("/sign-in", base_url=origin)
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
        answer = browser.post(
            "/language",
            base_url=origin,
            data={"language": "en", "csrf_token": token},
            headers={"Origin": sent},
        )
        assert answer.status_code == status


def test_the_token_is_needed_beside_that(client: Client) -> None:
    browser = client(OFFICER)
    for token in ("", "x", browser.csrf_token()[:-1] + "!"):
        answer = browser.post(
            "/language", data={"language": "en", "note": "үг", "csrf_token": token}, headers=OWN
        )
        assert answer.status_code == 400
        assert 'value="үг"' in answer.text  # what was typed is kept


def test_a_token_of_another_session_is_none(client: Client) -> None:
    first, second = client(OFFICER), client("bold.berlin")
    answer = second.post("/language", data={"language": "en", "csrf_token": first.csrf_token()})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        (
            {
                "Sec-Fetch-Site": "cross-site",
                "Sec-Fetch-Mode": "navigate",
                "Sec-Fetch-Dest": "document",
            },
            200,
        ),
        (
            {
                "Sec-Fetch-Site": "cross-site",
                "Sec-Fetch-Mode": "navigate",
                "Sec-Fetch-Dest": "iframe",
            },
            403,
        ),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
    ],
)
def test_other_sites_may_link_here_but_not_look_in(
    client: Client, headers: dict[str, str], status: int
) -> None:
    assert client(OFFICER).get("/requests", headers=headers).status_code == status


def test_no_page_may_be_read_by_another_site(client: Client) -> None:
    answer = client(OFFICER).get("/requests", headers={"Origin": "http://localhost"})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_other_methods_find_nothing(client: Client, method: str) -> None:
    answer = client(OFFICER).open("/requests", method=method)
    assert answer.status_code in (400, 404)  # 400: no token
    assert "Allow" not in answer.headers


@pytest.mark.parametrize(
    "override",
    [
        {"headers": {"X-HTTP-Method-Override": "POST"}},
        {"headers": {"X-Method-Override": "POST"}},
        {"query_string": {"_method": "POST"}},
    ],
)
def test_a_get_stays_a_get(client: Client, override: dict[str, Any]) -> None:
    browser = client(OFFICER)
    assert browser.get("/sign-out", **override).status_code == 404
    assert browser.get("/", **override).status_code == 200


def test_too_many_fields_and_too_long_a_form(app: Flask, client: Client) -> None:
    browser = client(OFFICER)
    token = browser.csrf_token()
    form = "application/x-www-form-urlencoded"
    bodies = [
        ("a&" * MOST_FIELDS, form),
        ("a=" + "x" * FORM_LIMIT, form),
        ("&" * FORM_LIMIT, form),
        (
            '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * (MOST_FIELDS + 1)
            + "--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
    ]
    for body, kind in bodies:
        answer = browser.post(
            "/language", data=f"csrf_token={token}&{body}" if kind == form else body,
            content_type=kind,
        )  # fmt: skip
        assert answer.status_code == 413, kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe" * 100, "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"{" * 1000, "application/json"),
        (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", "application/xml"),
        (b"anything", "multipart/form-data"),
    ],
)
def test_what_is_no_form_is_answered_in_words(client: Client, body: bytes, kind: str) -> None:
    answer = client(OFFICER).post("/language", data=body, content_type=kind)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_error_pages_tell_nothing(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("secret Оюунцэцэг in a message")

    app.view_functions["home.index"] = broken
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    answer = client(OFFICER).get("/")
    assert answer.status_code == 500
    for word in ("Оюунцэцэг", "RuntimeError", "Traceback", "werkzeug", "flask", ".py"):
        assert word not in answer.text
