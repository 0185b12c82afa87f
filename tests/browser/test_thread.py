"""One family from the first request to the closed case, in a real browser, in both languages."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from casework.config import CHECKOUT, Settings
from tests.browser.conftest import Open, served
from tests.browser.site import Site, environment
from tests.browser.thread import Thread
from tests.browser.visit import Checked
from tests.browser.words import FAMILY
from tests.conftest import Installation, on_sqlite
from tests.leaks import leaks

pytestmark = [pytest.mark.browser, on_sqlite]

WAY = (
    Thread.register,
    Thread.register_again,
    Thread.verify,
    Thread.see_queue,
    Thread.make_facility,
    Thread.plan_flight,
    Thread.allocate,
    Thread.confirm,
    Thread.travel,
    Thread.stay,
    Thread.ask_adults,
    Thread.assign,
    Thread.assess,
    Thread.add_line,
    Thread.plan,
    Thread.approve,
    Thread.assist,
    Thread.agree,
    Thread.list_service,
    Thread.refer,
    Thread.help,
    Thread.follow_up,
    Thread.search,
    Thread.close,
    Thread.look_back,
)


@pytest.fixture
def site(installation: Installation, tmp_path: Path) -> Iterator[Site]:
    """A server of the test's own: what it leaves behind is searched."""
    with served(installation, tmp_path) as running:
        yield running


@pytest.mark.parametrize("language", ["mn", "en"])
def test_whole_thread(site: Site, visit: Open, checked: Checked, language: str) -> None:
    checked.axe = language == "mn"
    thread = Thread(visit, language)
    for step in WAY:
        step(thread)
    assert checked.problems == []
    site.stop()
    assert_nothing_is_left(site, thread.reference)
    assert_alterations_are_named(site.settings)


def assert_nothing_is_left(site: Site, reference: str) -> None:
    """No file holds what was typed about the family, nor did the server say it."""
    assert leaks(site.settings, [reference]), "the search finds not even the request's number"
    assert leaks(site.settings, FAMILY.typed(), site.scratch) == []
    said = site.log.read_text()
    assert "Traceback" not in said, said
    assert [text for text in FAMILY.typed() if text in said] == []


def assert_alterations_are_named(settings: Settings) -> None:
    """The log is intact; a record, then an entry, changed by hand is named."""
    code, said = verify(settings)
    assert (code, said["intact"], said["first"]) == (0, True, None)
    entry = alter(settings, "assistance_entry", "given_on = '2020-01-31'")
    code, said = verify(settings)
    assert (code, said["intact"], said["problems"]) == (1, False, 1)
    assert said["first"]["entry"]
    assert said["first"]["row"] == f"assistance_entry {entry}"
    entry = alter(settings, "audit_entry", "event = 'case.closed'")
    code, said = verify(settings)
    assert (code, said["intact"]) == (1, False)
    assert said["first"]["entry"] == entry


def verify(settings: Settings) -> tuple[int, dict[str, Any]]:
    """`casework audit verify --json`: its exit code and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "casework", "audit", "verify", "--json"],
        cwd=CHECKOUT,
        env=environment(settings),
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stdout, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, said


def alter(settings: Settings, table: str, change: str) -> str:
    """Change the first row of a table by hand, its guards taken away; returns the row's id."""
    with closing(sqlite3.connect(settings.home / "casework.db")) as connection, connection:
        guards = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [table]
        )
        for (guard,) in guards.fetchall():
            connection.execute(f"DROP TRIGGER {guard}")
        (first,) = connection.execute(f"SELECT id FROM {table} ORDER BY id LIMIT 1").fetchone()
        connection.execute(f"UPDATE {table} SET {change} WHERE id = ?", [first])
    return str(UUID(first))
