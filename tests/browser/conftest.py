"""A running server and a real browser."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from casework.config import Settings, load_settings
from tests.browser.site import Site, start_site
from tests.browser.visit import Checked, Visit, begin_visit
from tests.conftest import PASSWORD, Installation

Open = Callable[..., Visit]
#: Without these Chromium looks for hosts outside, or will not run as root.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium_path() -> str:
    """Chromium of this machine."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise AssertionError("Chromium is missing: script/test installs it, or says how")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with its module: while it lives, nothing else of the process can run an event loop."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield launched
        launched.close()


@contextmanager
def served(installation: Installation, folder: Path) -> Iterator[Site]:
    """A server over a copy of the installation in `folder`, with the cast's accounts."""
    settings = load_settings({"CASEWORK_HOME": str(folder / "home")})
    installation.copy_to(settings)
    running = start_site(settings, folder)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def site(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for the tests of a module, which keep out of each other's way."""
    with served(installation, tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def checked() -> Checked:
    """What the pages of this test's visits were found to do wrong."""
    return Checked()


@pytest.fixture
def visit(browser: Browser, site: Site, checked: Checked) -> Iterator[Open]:
    """`visit("sarnai.seoul", "mn")`: her browser, signed in through the form."""
    opened: list[Visit] = []

    def begin(name: str | None, language: str, **options: Any) -> Visit:
        begun = begin_visit(browser, site, language, checked, **options)
        opened.append(begun)
        if name:
            begun.sign_in(f"{name}@demo.example", PASSWORD)
        return begun

    yield begin
    for each in opened:
        each.close()


@pytest.fixture
def settings(site: Site) -> Settings:
    """Where the server's data are."""
    return site.settings
