"""Acts that ask again who one is, and what was typed meanwhile."""

import re
from datetime import timedelta

import pytest
from flask import Flask, Response, request

from casework import clock
from casework.services.work import Database
from casework.web.access import signed_in
from tests.conftest import PASSWORD
from tests.integration.auth.test_sign_in import events
from tests.integration.conftest import Client


@signed_in(step_up=True)
def guarded() -> Response:
    return Response(f"typed: {request.form.getlist('reason')}", mimetype="text/plain")


@pytest.fixture
def app(app: Flask) -> Flask:
    app.add_url_rule("/guarded", "guarded", guarded, methods=["GET", "POST"])
    return app


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six minutes have gone by since everybody signed in."""
    moment = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr("casework.clock.now", lambda: moment)


def hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: value for name, value in fields if name != "csrf_token"}


def test_fresh_from_signing_in_nothing_is_asked(client: Client) -> None:
    assert client("admin.office").get("/guarded").text == "typed: []"


@pytest.mark.usefixtures("later")
def test_later_a_page_asks_first_and_comes_back(client: Client, database: Database) -> None:
    admin = client("admin.office")
    asked = admin.get("/guarded?a=1")
    assert asked.location == "/sign-in/confirm?next=/guarded?a%3D1"
    page = admin.get(asked.location)
    assert "confirm-password" in page.text
    wrong = admin.post(asked.location, data={"confirm-password": "a guess"})
    assert wrong.status_code == 200
    before = admin.get_cookie("casework")
    right = admin.post(asked.location, data={"confirm-password": PASSWORD})
    assert (right.status_code, right.location) == (302, "/guarded?a=1")
    assert admin.get_cookie("casework") != before
    assert admin.get(right.location).text == "typed: []"
    told = [event for event in events(database) if event.startswith("user.")]
    assert told[-2:] == ["user.sign_in_failed", "user.confirmed"]


@pytest.mark.usefixtures("later")
def test_what_was_typed_is_sent_again(client: Client) -> None:
    admin = client("admin.office")
    typed = {"reason": ["Гэр бүл <b>", "two"], "idempotency_key": "k", "password": "secret"}
    asked = admin.post("/guarded", data=typed)
    assert asked.status_code == 401
    assert "Гэр бүл &lt;b&gt;" in asked.text and "secret" not in asked.text
    kept = hidden(asked.text) | {"reason": typed["reason"]}
    wrong = admin.post("/sign-in/confirm", data=kept | {"confirm-password": "a guess"})
    assert "Гэр бүл &lt;b&gt;" in wrong.text
    again = hidden(wrong.text) | {"reason": typed["reason"], "confirm-password": PASSWORD}
    right = admin.post("/sign-in/confirm", data=again)
    assert (right.status_code, right.location) == (307, "/guarded")
    assert "two" in admin.post("/guarded", data=again).text


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("mark", ["", "WyIvZ3VhcmRlZCJd.forged.mark"])
def test_no_link_of_another_site_makes_a_form_travel_on(client: Client, mark: str) -> None:
    data = {"confirm-password": PASSWORD, "reason": "planted", "confirm-onward": mark}
    answer = client("admin.office").post("/sign-in/confirm?next=/guarded", data=data)
    assert answer.status_code == 302


def test_a_mark_of_somebody_else_is_worth_nothing(client: Client, later: None) -> None:
    asked = client("sarnai.seoul").post("/guarded", data={"reason": "hers"})
    data = hidden(asked.text) | {"confirm-password": PASSWORD}
    answer = client("admin.office").post("/sign-in/confirm", data=data)
    assert (answer.status_code, answer.location) == (302, "/")
