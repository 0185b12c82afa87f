from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask, render_template_string

from casework.messages import Message
from casework.vocabulary import Sex
from casework.web import i18n
from casework.web.i18n import _, _l, in_language, ngettext, translate, use_language

NBSP = "\u00a0"


def test_outside_a_page_mongolian_is_spoken() -> None:
    assert i18n.current_language() == "mn"
    assert _("Search") == "Хайх"


@pytest.mark.parametrize(
    ("asked", "spoken"), [("en", "en"), ("mn", "mn"), ("fr", "mn"), ("", "mn"), (None, "mn")]
)
def test_an_unknown_language_falls_back_to_mongolian(
    mongolian: Flask, asked: str | None, spoken: str
) -> None:
    use_language(asked)
    assert i18n.current_language() == spoken


def test_a_sentence_without_translation_stays_readable(mongolian: Flask) -> None:
    assert _("Boloroo wrote this %(when)s", when="today") == "Boloroo wrote this today"


def test_counts_choose_the_form(english: Flask) -> None:
    one, many = "Wait %(count)s minute and try again.", "Wait %(count)s minutes and try again."
    assert ngettext(one, many, 1, count=1) == "Wait 1 minute and try again."
    assert ngettext(one, many, 5, count=5) == "Wait 5 minutes and try again."
    with in_language("mn"):
        assert ngettext(one, many, 5, count=5) == "5 минут хүлээгээд дахин оролдоно уу."


def test_a_letter_is_in_its_readers_language_and_the_page_in_its_own(mongolian: Flask) -> None:
    with in_language("en"):
        assert _("Next") == "Next"
    assert _("Next") == "Дараах"


def test_a_lazy_label_speaks_when_it_is_shown(mongolian: Flask) -> None:
    label = _l("Search")
    assert str(label) == "Хайх"
    with in_language("en"):
        assert str(label) == "Search"


def test_a_services_message_is_translated_with_what_fills_it(english: Flask) -> None:
    inner = Message("%(label)s (optional)", {"label": Sex.FEMALE})
    message = Message(
        "%(what)s, %(day)s, %(sum)s, %(n)s",
        {"what": inner, "day": date(2020, 9, 1), "sum": Decimal("1500.5"), "n": 3},
    )
    assert translate(message) == f"Female (optional), 2020-09-01, 1{NBSP}500.5, 3"


def test_templates_count_and_fill(english: Flask) -> None:
    source = (
        "{% trans count=n %}Wait {{ count }} minute and try again.{% pluralize %}"
        "Wait {{ count }} minutes and try again.{% endtrans %}"
        ' {{ _("%(label)s (optional)", label="<b>") }}'
    )
    page = render_template_string(source, n=2)
    assert page == "Wait 2 minutes and try again. &lt;b&gt; (optional)"


def test_days_and_moments_are_written_as_numbers(english: Flask) -> None:
    assert i18n.format_date(date(2026, 11, 21)) == "2026-11-21"
    assert i18n.format_date(datetime(2026, 11, 21, 17, 5, tzinfo=UTC)) == "2026-11-22"
    assert i18n.format_datetime(datetime(2026, 11, 21, 6, 5, tzinfo=UTC)) == "2026-11-21 14:05"
    assert i18n.format_datetime(datetime(2026, 11, 21, 6, 5)) == "2026-11-21 14:05"  # noqa: DTZ001
    assert i18n.format_date(None) == i18n.format_datetime(None) == ""


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (1890000, "1 890 000 ₮"),
        (Decimal("1890000.00"), "1 890 000 ₮"),
        (Decimal("340000.50"), "340 000,50 ₮"),
        (0, "0 ₮"),
        (None, ""),
    ],
)
def test_amounts_never_break_across_lines(
    mongolian: Flask, amount: Decimal | int | None, shown: str
) -> None:
    assert i18n.format_money(amount) == shown.replace(" ", NBSP)


def test_decimals_have_a_point_in_english(english: Flask) -> None:
    assert i18n.format_number(Decimal("12987.25")) == f"12{NBSP}987.25"


def test_countries_are_named_and_sorted_in_both_languages(english: Flask) -> None:
    assert i18n.country_name("KR") == "South Korea"
    with in_language("mn"):
        assert i18n.country_name("KR") == "Өмнөд Солонгос"
        names = [name for _code, name in i18n.country_options()]
    assert names.index("Оман") < names.index("Өмнөд Солонгос") < names.index("Пакистан")
