"""At the end of a whole run: was every route exercised while tests/watching.py looked on?

The hooks are imported by tests/conftest.py. Workers of pytest-xdist hand theirs to the controller.
"""

from typing import Any

import pytest

from tests.watching import EXERCISED

#: Routes that no test can exercise, and why. A GET counts when it answers with a page or a file, a
#: POST when it leaves an entry about what was done.
NEVER: dict[str, str] = {
    "GET /quarantine": "leads to the user's own facility, whose page is exercised",
    "GET /ask/leave": "leads away, to a page of somebody else",
} | {
    f"POST {path}": "answers that are not sent yet stand in no record, and no entry tells of them"
    for path in (
        "/ask",
        "/ask/<page>",
        "/ask/person/<int:place>/<page>",
        "/ask/person/<int:place>/remove",
        "/ask/sent",
        "/status/leave",
    )
}


def missing() -> list[str]:
    """Routes that no test exercised so far."""
    from tests.access.routes import routes  # read late: it reads the cast of tests/conftest.py

    return [str(route) for route in routes() if str(route) not in EXERCISED | NEVER.keys()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take what a worker's tests exercised."""
    EXERCISED.update(getattr(node, "workeroutput", {}).get("exercised", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what was exercised; fail a whole run that left something out."""
    config = session.config
    handed_over = getattr(config, "workeroutput", None)
    if handed_over is not None:
        handed_over["exercised"] = sorted(EXERCISED)
    elif _is_whole(config) and (left_out := missing()):
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        assert reporter is not None
        reporter.section("routes that no test exercised")
        for route in left_out:
            reporter.line(route)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_whole(config: pytest.Config) -> bool:
    options = config.option
    narrowed = options.keyword or options.collectonly or getattr(options, "lf", False)
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not narrowed
