"""What every answer tells the browser, over plain HTTP on this machine and over HTTPS."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from casework.app import create_app
from casework.config import Settings, load_settings
from casework.errors import ConfigurationError
from casework.services.work import Database
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.page_rules import check_headers

ORIGIN = "https://casework.example.mn"


@pytest.fixture
def secure_app(settings: Settings, database: Database) -> Iterator[Flask]:
    """The application as it stands behind a proxy with a certificate."""
    database.settings = replace(database.settings, origin=ORIGIN, proxies=1)
    made = create_app(database.settings, database)
    made.testing = True
    yield made


def cookies(response: TestResponse) -> list[str]:
    return response.headers.getlist("Set-Cookie")


def test_every_kind_of_answer_has_the_headers(client: Client) -> None:
    browser = client("bolormaa.caseworker")
    answers = [
        browser.get("/"),
        browser.get("/cases"),
        browser.get("/nothing"),
        browser.get("/sign-in"),
        browser.post("/language", data={"language": "mn"}),
        browser.post("/sign-in", data={"csrf_token": "wrong"}),
        browser.put("/"),
        browser.get("/static/nothing"),
        client().get("/cases"),
    ]
    assert [answer.status_code for answer in answers] == [
        200, 200, 404, 200, 302, 400, 404, 404, 302,
    ]  # fmt: skip
    for answer in answers:
        assert list(check_headers(answer)) == [], answer.request.path


def test_each_page_has_a_nonce_of_its_own(client: Client) -> None:
    browser = client("bolormaa.caseworker")
    found = [
        re.search(r"'nonce-([\w-]{22})'", browser.get("/").headers["Content-Security-Policy"])
        for _ in range(3)
    ]
    assert len({nonce[1] for nonce in found if nonce}) == 3


def test_the_browser_is_denied_what_pages_do_not_need(client: Client) -> None:
    denied = client().get("/sign-in").headers["Permissions-Policy"]
    for feature in ("camera", "microphone", "geolocation", "usb", "payment", "display-capture"):
        assert f"{feature}=()" in denied
    assert "publickey-credentials-get=(self)" in denied


def test_static_files_are_kept_only_under_an_address_of_their_own(client: Client) -> None:
    browser = client()
    (style,) = re.findall(
        r'href="(/static/dist/casework\.css\?v=\w+)"', browser.get("/sign-in").text
    )
    kept = browser.get(style)
    assert kept.status_code == 200
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert kept.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert not cookies(kept)
    bare = browser.get("/static/mark.svg")
    assert bare.headers["Cache-Control"] == "no-cache"
    kept.close()
    bare.close()


def test_signing_out_clears_what_the_browser_kept(client: Client) -> None:
    browser = client("bolormaa.caseworker")
    assert "Clear-Site-Data" not in browser.get("/").headers
    assert browser.post("/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_on_this_machine_cookies_have_plain_names(client: Client) -> None:
    answer = client().get("/sign-in", base_url="http://127.0.0.1:8000")
    (cookie,) = cookies(answer)
    assert cookie.startswith("casework=")
    assert "Secure" not in cookie
    assert "Strict-Transport-Security" not in answer.headers


def test_behind_https_everything_insists_on_it(secure_app: Flask) -> None:
    browser = secure_app.test_client()
    answer = browser.get("/sign-in", base_url=ORIGIN)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert "upgrade-insecure-requests" in answer.headers["Content-Security-Policy"]
    token = re.findall(r'name="csrf_token" value="([^"]+)"', answer.text)[0]
    changed = browser.post(
        "/language", base_url=ORIGIN, data={"language": "en", "csrf_token": token}
    )
    found = [*cookies(answer), *cookies(changed)]
    assert {cookie.split("=")[0] for cookie in found} == {"__Host-casework", "__Host-language"}
    for cookie in found:
        parts = {part.strip() for part in cookie.split(";")}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert not any(part.startswith("Domain") for part in parts)
    assert 'lang="en"' in browser.get("/sign-in", base_url=ORIGIN).text


@pytest.mark.parametrize(
    ("environment", "secure", "hosts", "proxies"),
    [
        ({}, False, ["localhost", "127.0.0.1", "[::1]"], 0),
        ({"CASEWORK_ORIGIN": "https://Casework.Example.mn/"}, True, ["casework.example.mn"], 1),
        ({"CASEWORK_ORIGIN": "https://[2001:db8::1]:8443"}, True, ["[2001:db8::1]"], 1),
        ({"CASEWORK_ORIGIN": "http://localhost:8000"}, False, ["localhost"], 0),
        ({"CASEWORK_ORIGIN": ORIGIN, "CASEWORK_PROXIES": "2"}, True, ["casework.example.mn"], 2),
    ],
)
def test_the_origin_decides(
    environment: dict[str, str], secure: bool, hosts: list[str], proxies: int
) -> None:
    settings = load_settings(environment)
    assert (settings.secure, settings.hosts, settings.proxies) == (secure, hosts, proxies)


@pytest.mark.parametrize(
    "origin",
    ["http://casework.example.mn", "casework.example.mn", "https://", "https://a/b", "ftp://a",
     "https://user@a.example", "https://a.example?x", "http://localhost.evil.example"],
)  # fmt: skip
def test_an_origin_that_would_not_protect_stops_the_start(origin: str) -> None:
    with pytest.raises(ConfigurationError, match="CASEWORK_ORIGIN"):
        load_settings({"CASEWORK_ORIGIN": origin})


@pytest.mark.parametrize("address", ["clamav", "host:", "host:port", ":", "a b:1"])
def test_a_scanner_that_cannot_be_one_stops_the_start(address: str) -> None:
    with pytest.raises(ConfigurationError, match="CASEWORK_CLAMAV"):
        load_settings({"CASEWORK_CLAMAV": address})


def test_addresses_of_scanners() -> None:
    for address in ("/run/clamav/clamd.ctl", "clamav.internal:3310", "127.0.0.1:3310"):
        assert load_settings({"CASEWORK_CLAMAV": address}).clamav == address
    assert load_settings({"CASEWORK_CLAMAV": "unix:/run/c.ctl"}).clamav == "/run/c.ctl"
    assert load_settings({"CASEWORK_CLAMAV": ""}).clamav is None


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "casework.mn", "a b"]
)
def test_a_forged_host_reaches_no_page(client: Client, host: str) -> None:
    browser = client()
    for path in ("/sign-in", "/cases", "/static/mark.svg"):
        answer = browser.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert answer.mimetype == "text/plain"
        assert "evil" not in answer.text
        assert list(check_headers(answer)) == []


def test_a_forged_forwarding_header_changes_nothing(client: Client, secure_app: Flask) -> None:
    """Whatever a proxy passes on of the visitor's own, no link and no cookie repeats it."""
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Proto": "http",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/cases",
        "X-Rewrite-URL": "/cases",
    }
    for browser, base in ((client(), "http://localhost"), (secure_app.test_client(), ORIGIN)):
        answer = browser.get("/cases", base_url=base, headers=forged)
        assert answer.location == "/sign-in?next=/cases"
        page = browser.get("/sign-in", base_url=base, headers=forged)
        assert "evil" not in page.text
        assert "evil" not in str(page.headers)


def test_the_proxy_tells_who_asks_and_the_visitor_cannot(
    secure_app: Flask, client: Client, database: Database, cast: Cast
) -> None:
    seen: list[str | None] = []
    for app in (secure_app, client().application):
        app.before_request_funcs.setdefault(None, []).insert(
            0, lambda: seen.append(request.remote_addr)
        )
    forwarded = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}  # the first is the visitor's tale
    secure_app.test_client().get("/sign-in", base_url=ORIGIN, headers=forwarded)
    client().get("/sign-in", headers=forwarded)
    assert seen == ["203.0.113.9", "127.0.0.1"]
