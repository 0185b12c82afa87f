"""The log tells of everything that pages read and change: proven for every route.

tests/watching.py holds what the database and the keys saw against the log during every test of the
suite. Here it is shown that it would notice, and that each page with personal data is looked at.
At the end of a whole run tests/conftest.py fails when a route that changes something was never
exercised under it.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from audit.record import Act
from casework.services.access import record_read
from casework.services.work import Database
from casework.vocabulary import Purpose
from casework.web.unit import current_work
from models.return_request import ReturnRequest
from tests.access.conftest import Stage
from tests.access.routes import Route
from tests.access.test_routes import GUARDED, ask, expected
from tests.conftest import CAST, Cast, on_sqlite
from tests.postgresql import bare_connection
from tests.watching import EXERCISED, Watch

PAGES = [route for route in GUARDED if route.method == "GET"]
#: Pages that this world never shows, by name, and why. tests/exercised.py sees that others do.
NEVER_A_PAGE = {
    "approvals.ask_for_override": "only for a desk officer who did not plan the movement",
    "approvals.decide_allocation_override": "only for a desk officer who did not ask for it",
    "approvals.decide_priority_policy": "only for another desk officer than who asked",
    "quarantine.certificate": "only of a stay that ended with a release",
    "log.proof": "only when a checkpoint covers the entry",
    "quarantine.today": "leads to the user's own facility",
    "referrals.refer": "asks for an agreement in force first",
    "referrals.without_consent": "asks for an agreement in force first",
    "requests.appeal": "only after a request was declined",
    "requests.decline": "only before anything is offered",
    "requests.edit_member": "asks first what the identifiers are needed for",
    "rights.certificate": "only after the keys of a person were destroyed",
}


def someone(stage: Stage, route: Route) -> bool:
    """Ask for the page as everybody who may, until it is shown; whether it was."""
    asked = (
        ask(stage, name, route, route.url(known)).status_code
        for name in CAST
        for known in route.records(stage.world)
        if expected(name, route, known)
    )
    return 200 in asked


@on_sqlite
@pytest.mark.parametrize("route", PAGES, ids=str)
def test_every_page_is_shown_and_tells_what_it_read(stage: Stage, route: Route) -> None:
    """`everything_is_told` fails this test when anything that was opened is not in the log."""
    shown = someone(stage, route)
    assert shown != (route.endpoint in NEVER_A_PAGE)
    assert not shown or str(route) in EXERCISED


def test_a_change_without_an_entry_is_noticed(
    database: Database, cast: Cast, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.watching.by_a_test", lambda: False)
    with bare_connection(database) as connection, connection.begin():
        connection.execute(text("UPDATE organisation SET active = true WHERE code = 'MGEC'"))
    assert watch.problems == ["rows of organisation changed by a statement that names none"]
    watch.problems.clear()


def test_a_change_that_the_tracking_missed_is_noticed(
    database: Database, cast: Cast, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.rows._note", lambda *_: None)
    with database.writing(cast["saruul.desk"]) as work:
        subject = work.new_subject("household")  # type: ignore[arg-type]
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    assert watch.problems == [f"subject {subject.id} changed, and no entry says so"]
    watch.problems.clear()


Accounting = Callable[..., None]


def fewer(work: object, *rest: object) -> None:
    """Forgets to write down what was read."""


def more(work: object, page: str, *rest: object) -> None:
    """Writes down what nobody read."""
    reads = current_work().reads()
    reads.add(("person.phone", next(iter(reads))[1], next(iter(reads))[2]))
    record_read(current_work(), page, *rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(("accounting", "problem"), [(fewer, "read, not told"), (more, "nobody")])
def test_a_page_that_is_silent_or_lies_is_noticed(
    stage: Stage,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    accounting: Accounting,
    problem: str,
) -> None:
    monkeypatch.setattr("casework.web.unit.record_read", accounting)
    found = stage.world.of(ReturnRequest)[0]
    browser = stage.visitors["saruul.desk"]
    assert browser.get(f"/requests/{found.id}").status_code == 200
    assert watch.problems and problem in watch.problems[0]
    watch.problems.clear()
