"""A family on the public pages, on a narrow phone, with and without script, in both languages."""

import re

import pytest

from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.visit import Checked, Visit
from tests.conftest import on_sqlite
from tests.leaks import leaks

pytestmark = [pytest.mark.browser, on_sqlite]

GIVEN, CHILD = "Мөнхцэцэгмаа", "Тэмүүлэнжаргал"
PHONE = {"viewport": {"width": 320, "height": 700}}
BIRTH = ("1990-01-01", "2020-05-06")


def person(visit: Visit, place: int, name: str) -> None:
    visit.fill(given_name=name)
    if place:
        visit.fill(relation="child")
    visit.press()
    visit.press()
    assert visit.page.locator(".govuk-error-summary a").count() == 2
    visit.fill(birth_date=BIRTH[place], sex="F")
    visit.press()
    visit.fill(document_status="lost")
    visit.press()
    visit.fill(needs="no_means")
    visit.press()


def fill_in(visit: Visit) -> None:
    """The whole form; one answer is changed on the way, and the browser's back button pressed."""
    visit.open("/ask")
    visit.speak()
    visit.press()
    visit.fill(country="KR", city="Ансан")
    visit.press()
    person(visit, 0, GIVEN)
    visit.fill(more="yes")
    visit.press()
    person(visit, 1, CHILD)
    visit.fill(more="no")
    visit.page.locator("main button.govuk-button").first.click()
    visit.check()
    visit.press()
    visit.fill(signs="yes")
    visit.press()
    visit.page.go_back()
    assert not visit.page.locator("main input:checked").count()
    visit.page.goto(visit.site.address + "/ask/contact")
    visit.fill(phone="+82 10 5555 7777", may_write="no")
    visit.press()
    visit.fill(agreed="y")
    visit.press()


@pytest.mark.parametrize(("language", "script"), [("mn", True), ("en", False)])
def test_a_family_asks_and_comes_back(
    site: Site, visit: Open, checked: Checked, language: str, script: bool
) -> None:
    browser = visit(None, language, java_script_enabled=script, **PHONE)
    fill_in(browser)
    browser.sees(GIVEN, CHILD)
    browser.press()
    code, pin = browser.page.locator("strong.code").all_inner_texts()
    assert re.fullmatch(r"KR-\d{4}-\d{5}", code) and re.fullmatch(r"\d{3} \d{3} \d{4}", pin)
    browser.press()
    browser.fill(code=code, pin="1")
    browser.press()
    browser.fill(code=code, pin=pin)
    browser.press()
    assert browser.path == "/status/request"
    for page in ("data", "change", "withdraw"):
        browser.open(f"/status/{page}")
    browser.press()
    browser.fill(sure="y")
    browser.press()
    assert browser.path == "/status/withdraw", "the child would be left alone"
    browser.fill(with_children="y", sure="y")
    browser.press()
    assert browser.path == "/status/request"
    assert checked.problems == []
    assert leaks(site.settings, [GIVEN, CHILD, pin, pin.replace(" ", "")], site.scratch) == []


def test_leaving_quickly_forgets(visit: Open) -> None:
    browser = visit(None, "mn", **PHONE)
    browser.open("/ask")
    browser.press()
    browser.page.route("**/*wikipedia*/**", lambda route: route.fulfill(body="elsewhere"))
    browser.page.locator("a.leave").click()
    browser.page.goto(browser.site.address + "/ask/where")
    assert browser.path == "/ask"
