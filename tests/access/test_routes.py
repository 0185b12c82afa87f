"""Every route, requested for real by every role, on records inside and outside its scope."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from flask import Blueprint
from sqlalchemy import select
from werkzeug.test import TestResponse

from audit.verify import verify
from casework.actor import Actor
from casework.app import create_app
from casework.clock import now
from casework.config import Settings
from casework.services.work import Database, Work
from models.audit import AuditEntry
from tests.access.conftest import FIRST, Stage, who_asks
from tests.access.expectations import allowed, ever
from tests.access.routes import Route, nowhere, routes
from tests.access.world import SECRETS, Known
from tests.conftest import on_sqlite
from tests.postgresql import bare_connection

ROUTES = routes()
GUARDED = [route for route in ROUTES if not route.access.public]
EVERY_GUARDED = pytest.mark.parametrize("route", GUARDED, ids=str)
PUBLIC = {
    "static",
    "auth.sign_in",
    "auth.passkey",
    "auth.second_step",
    "auth.welcome",
    "auth.set_language",
    "public_concern.write",
    # docs/adr/0024-public-form.md
    "ask.start",
    "ask.step",
    "ask.person",
    "ask.remove",
    "ask.check",
    "ask.sent",
    "ask.leave",
    "status.enter",
    "status.show",
    "status.why",
    "status.letter",
    "status.leave",
    "status.data",
    "status.change",
    "status.offer",
    "status.withdraw",
    "status.appeal",
}


@pytest.fixture(autouse=True)
def rehearsal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page's own unit of work changes is written, checked, and undone at its end.

    So that the acts of one visitor do not change what the next one may do. Entries about reads and
    refusals are units of their own and stay.
    """
    writer, writing = Database.writer, Database.writing

    def undone(database: Database, actor: Actor) -> Work:
        work = writer(database, actor)
        work.session.commit = work.session.flush  # type: ignore[method-assign]
        return work

    @contextmanager
    def kept(database: Database, actor: Actor) -> Iterator[Work]:
        with monkeypatch.context() as patch:
            patch.setattr(Database, "writer", writer)
            with writing(database, actor) as work:
                yield work

    monkeypatch.setattr(Database, "writer", undone)
    monkeypatch.setattr(Database, "writing", kept)


def expected(name: str, route: Route, known: Known | None) -> bool:
    permission = route.access.permission
    if permission is None:
        return True
    if known is None:
        return ever(name, permission.value)
    return allowed(name, permission.value, known.standing)


def chosen(
    records: list[Known | None], name: str, route: Route, dialect: str
) -> Iterator[Known | None]:
    """The first and the last record inside the scope, then outside: for the first of each role.

    One outside is enough for another of the role, and one record for a role that never has the
    permission: no scope is asked then. On PostgreSQL test_second_line.py tries what is outside.
    """
    if route.access.permission and not ever(name, route.access.permission.value):
        yield records[0]
        return
    inside = [known for known in records if expected(name, route, known)]
    outside = [known for known in records if not expected(name, route, known)]
    yield from inside[:1] + inside[1:][-1:]
    if dialect != "postgresql":
        yield from outside[:1] + (outside[1:][-1:] if name in FIRST.values() else [])


def since(database: Database, moment: datetime) -> list[dict[str, Any]]:
    """Bodies of the entries written from this moment on."""
    with bare_connection(database) as connection:
        query = select(AuditEntry.body).where(AuditEntry.at >= moment)
        return [json.loads(body) for body in connection.scalars(query)]


def plain(answer: TestResponse) -> str:
    """A page without what differs between any two pages: nonce, tokens, its own address."""
    text = re.sub(r'(nonce|value)="[^"]*"', "", answer.text)
    return text.replace(answer.request.path, "")


def ask(stage: Stage, name: str, route: Route, url: str) -> TestResponse:
    browser = stage.visitors[name]
    browser.return_to_session()
    return browser.open(url, method=route.method, data={} if route.method == "POST" else None)


NOT_FOUND: dict[str, str] = {}


def not_found(stage: Stage, name: str, route: Route, known: Known | None) -> str:
    """What she gets where there is nothing: once for all addresses that name no record of hers."""
    permission = route.access.permission
    if known is not None and permission and ever(name, permission.value):
        return plain(ask(stage, name, route, nowhere(route, known)))
    asked = f"{stage.database.settings.home} {name} {route.method}"
    if asked not in NOT_FOUND:
        NOT_FOUND[asked] = plain(ask(stage, name, route, nowhere(route, known)))
    return NOT_FOUND[asked]


@EVERY_GUARDED
def test_a_route_answers_as_the_matrix_says(stage: Stage, route: Route) -> None:
    asking = who_asks(route.access.permission, stage.database.engine.dialect.name)
    if not asking:
        pytest.skip("nobody who asks on PostgreSQL may have the permission")
    for name in asking:
        answers_as_the_matrix_says(stage, route, name)


def answers_as_the_matrix_says(stage: Stage, route: Route, name: str) -> None:
    missing, dialect = None, stage.database.engine.dialect.name
    for known in chosen(route.records(stage.world), name, route, dialect):
        moment = now()
        answer = ask(stage, name, route, route.url(known))
        entries = since(stage.database, moment)
        place = (name, str(route), known.name if known else None)
        if expected(name, route, known):
            assert answer.status_code in (200, 302, 303, 409, 422), place
            assert "/sign-in" not in (answer.location or "") or "sign_out" in route.endpoint
            assert_reads_are_told(answer, entries)
        else:
            assert answer.status_code == 404, place
            missing = missing or not_found(stage, name, route, known)
            assert plain(answer) == missing, place
            assert_refusal_is_told(entries, stage.world.actors[name], route, known)


def assert_refusal_is_told(
    entries: list[dict[str, Any]], actor: Actor, route: Route, known: Known | None
) -> None:
    facts = {"table": "", "record": ""}
    if known is not None:
        facts = {"table": known.model.__tablename__, "record": str(known.id)}
    told = [entry for entry in entries if entry["event"] == "access.refused"]
    assert len(told) == 1
    assert told[0]["outcome"] == "refused"
    assert told[0]["permission"] == route.access.permission
    assert told[0]["actor"]["id"] == str(actor.id)
    assert told[0]["facts"] == facts


def assert_reads_are_told(answer: TestResponse, entries: list[dict[str, Any]]) -> None:
    """Whatever text of a cell stands on the page, the log names the cell."""
    if answer.mimetype not in ("text/html", "text/csv", "text/plain", "application/json"):
        return
    shown = {cell for cell, text in SECRETS.items() if text in answer.text}
    told = {cell for entry in entries for cell in entry["cells"]}
    assert shown <= told


@on_sqlite
@EVERY_GUARDED
def test_a_stranger_is_sent_to_sign_in(stage: Stage, route: Route) -> None:
    stranger = stage.app.test_client()
    known = route.records(stage.world)[0]
    answer = stranger.open(route.url(known), method=route.method)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


@on_sqlite
@pytest.mark.parametrize("route", [r for r in ROUTES if r.method != "GET"], ids=str)
def test_a_form_of_another_site_changes_nothing(stage: Stage, route: Route) -> None:
    """Without the page's token, whoever sends it."""
    known = None if route.access.public else route.records(stage.world)[0]
    for name in ("sarnai.seoul", "enkhbayar.supervisor", "admin.office"):
        moment = now()
        browser = stage.visitors[name]
        browser.return_to_session()
        answer = browser.open(route.url(known), method=route.method, data={"csrf_token": ""})
        assert answer.status_code == 400
        refused = [(entry["event"], entry["rows"]) for entry in since(stage.database, moment)]
        assert refused == [("page.failed", [])]


def test_only_these_endpoints_are_public() -> None:
    """Adding one here is a decision about access: it needs an ADR."""
    assert {route.endpoint for route in ROUTES if route.access.public} | {"static"} == PUBLIC


def test_every_area_has_routes() -> None:
    assert len(GUARDED) >= 2
    assert len({str(route) for route in ROUTES}) == len(ROUTES)


def test_an_endpoint_without_a_permission_stops_the_start(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = Blueprint("forgotten", __name__)
    area.add_url_rule("/forgotten", "page", lambda: "everybody reads this")
    monkeypatch.setattr("casework.app.BLUEPRINTS", (area,))
    with pytest.raises(RuntimeError, match=r"without a declared permission: forgotten\.page"):
        create_app(settings, database)


def test_the_world_is_as_it_was_and_the_log_holds(stage: Stage) -> None:
    with bare_connection(stage.database) as connection:
        assert [str(problem) for problem in verify(connection).problems] == []
