"""Signing in and logging assistance with the keyboard only, and without script."""

from datetime import date

import pytest
from playwright.sync_api import Page

from casework.services.cases.intake import Ground, Newcomer, take_in
from casework.services.setup import open_database
from casework.vocabulary import LegalBasis, Sex
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.visit import Visit
from tests.conftest import PASSWORD, Cast, on_sqlite

pytestmark = [pytest.mark.browser, on_sqlite]

MOST_TABS = 80
FOCUSED = "document.activeElement.getAttribute('name') || document.activeElement.className"
GIVEN = "Өвлийн гутал хоёр хос"


@pytest.fixture
def case(site: Site, cast: Cast) -> str:
    """The address of a case of Bolormaa's."""
    database = open_database(site.settings)
    with database.writing(cast["bolormaa.caseworker"]) as work:
        newcomer = Newcomer("Оюунцэцэг", Sex.FEMALE, date(1990, 5, 4))
        made = take_in(work, newcomer, Ground(LegalBasis.VITAL_INTEREST, "Гэргүй ирэв"))
        address = f"/cases/{made.id}"
    database.engine.dispose()
    database.keystore.engine.dispose()
    return address


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what has this name or class."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED).split():
            return
    raise AssertionError(f"Tab does not lead to {name}")


def press_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_keyboard_alone(visit: Open, case: str) -> None:
    reader: Visit = visit(None, "en")
    reader.open("/sign-in")
    page = reader.page
    page.keyboard.press("Tab")
    assert "govuk-skip-link" in page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    tab_to(page, "email")
    page.keyboard.type("bolormaa.caseworker@demo.example")
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    press_enter(page)
    assert reader.path == "/"
    reader.open(f"{case}/assistance/new")
    tab_to(page, "form")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name=form][value=in_kind]").is_checked()
    tab_to(page, "what")
    press_enter(page)
    assert "govuk-error-summary" in page.evaluate(FOCUSED)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "what"
    page.keyboard.type(GIVEN)
    press_enter(page)
    reader.sees(GIVEN)


def test_without_script(visit: Open, case: str) -> None:
    reader: Visit = visit("bolormaa.caseworker", "mn", java_script_enabled=False)
    reader.open("/")
    reader.open(f"{case}/assistance/new")
    reader.fill(form="in_kind")
    reader.press()
    assert reader.page.locator(".govuk-error-summary").is_visible()
    reader.fill(what=GIVEN)
    reader.press()
    reader.sees(GIVEN)
