"""A long form on a bad line: it saves itself, says so, and loses nothing."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.visit import Visit
from tests.conftest import PASSWORD, on_sqlite

pytestmark = [pytest.mark.browser, on_sqlite]

EMAIL = "sarnai.seoul@demo.example"


def says(visit: Visit, words: str) -> None:
    expect(visit.page.locator("[data-draft-state]")).to_contain_text(words, timeout=15_000)


def shows(visit: Visit, name: str, typed: str) -> None:
    expect(visit.page.locator(f'main [name="{name}"]')).to_have_value(typed)


def test_a_broken_line_loses_nothing(visit: Open) -> None:
    sarnai = visit("sarnai.seoul", "en")
    sarnai.open("/requests/new")
    sarnai.fill(members__0__given_name="Оюунчимэг", members__0__birth_date="31.02")
    says(sarnai, "Saved as a draft at")
    sarnai.context.set_offline(True)
    sarnai.fill(note="Хоёр дахь утсаар")
    says(sarnai, "Not saved: there is no connection")
    sarnai.page.locator("main form button:not([name]):not([tabindex])").last.click()
    says(sarnai, "Not sent yet")
    shows(sarnai, "note", "Хоёр дахь утсаар")
    sarnai.context.set_offline(False)
    sarnai.page.evaluate("dispatchEvent(new Event('online'))")
    says(sarnai, "Saved as a draft at")
    sarnai.open("/requests/drafts")
    sarnai.follow_words("Оюунчимэг")
    shows(sarnai, "members-0-birth_date", "31.02")
    shows(sarnai, "note", "Хоёр дахь утсаар")
    assert sarnai.path.startswith("/requests/drafts/")
    sarnai.fill(members__0__sex="F", members__0__birth_date="1990-01-01", legal_basis="public_task")
    sarnai.press_named("people", "add")
    sarnai.press_named("people", "remove-1")
    sarnai.press()
    sarnai.open("/requests/drafts")
    sarnai.sees("You have no drafts.")
    assert [one for one in sarnai.checked.problems if "console" not in one] == []


def test_the_end_of_the_sign_in_loses_nothing(visit: Open) -> None:
    sarnai = visit("sarnai.seoul", "en")
    sarnai.open("/requests/new")
    sarnai.context.clear_cookies()
    sarnai.fill(members__0__given_name="Номинчимэг")
    says(sarnai, "you were signed out")
    typing, sarnai.page = sarnai.page, sarnai.context.new_page()
    sarnai.sign_in(EMAIL, PASSWORD)
    sarnai.page, other = typing, sarnai.page
    sarnai.fill(note="Үргэлжлүүлэв")
    says(sarnai, "Saved as a draft at")
    other.close()
    sarnai.open("/requests/drafts")
    sarnai.sees("Номинчимэг")


def test_without_script_the_button_saves(visit: Open) -> None:
    sarnai = visit("sarnai.seoul", "mn", java_script_enabled=False)
    sarnai.open("/requests/new")
    sarnai.fill(members__0__given_name="Ганболд", members__0__register_number="??")
    sarnai.press_named("draft", "save")
    assert sarnai.path.startswith("/requests/drafts/")
    shows(sarnai, "members-0-register_number", "??")
    sarnai.press_named("people", "add")
    shows(sarnai, "members-0-register_number", "??")
