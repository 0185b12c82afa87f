"""Layout, components and error pages, drawn for real in both languages."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask, render_template, render_template_string, request
from flask.testing import FlaskClient

from casework.messages import Message
from casework.vocabulary import CaseState
from casework.web import pages
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l, in_language
from casework.web.place_fields import AimagField, SoumField

ERRORS: dict[str, dict[str, Any]] = {
    "not_found": {},
    "problem": {"message": Message("Nothing was changed.")},
    "server_error": {"incident": "7F3A"},
    "csrf": {"kept": [("note", 'Ганц бие\n"эх"')]},
    "too_large": {"limit_mb": 20},
    "throttled": {"minutes": 3},
    "conflict": {
        "rows": [("Phone", "9911", "9922")],
        "kept": [("phone", "9922")],
        "saved_by": "Г. Энхбаяр",
        "saved_at": datetime(2020, 10, 1, tzinfo=UTC),
    },
}
COMPONENTS = """
{% extends "layout.html" %}
{% from "components/page.html" import alert, band, bar, board, board_check, board_row, budget_bar,
    event, link, masked_value, money, pages, summary, table, tabs, tag, tile, tiles, timeline %}
{% from "components/form.html" import filter_form, form_page, post_button, section %}
{% block title %}{{ _("Search") }}{% endblock %}
{% block band %}{{ band("Ц. Оюунчимэг", "RC-2020-00417", state) }}{% endblock %}
{% block content %}
{{ tabs([{"label": "Тойм", "url": "/", "current": true, "badge": 2}], "Файл") }}
{% call alert("!") %}18:00{% endcall %}
{% call tiles() %}{{ tile(31, "үзлэг", "amber", "/") }}{% endcall %}
{% set columns = [("Эх үүсвэр", ""), ("Дүн", "money")] %}
{{ table("Мөнгө", columns, [(tag(text="Чех", colour="red"), 1890000)]) }}
{% call table("Хоосон", [("А", "")], []) %}Юу ч алга{% endcall %}
{% call timeline() %}
{% call event(day, "Тусламж", "Н. Болормаа") %}{{ money(5) }}{% endcall %}
{% endcall %}
{{ bar("Сургалт", 60) }} {{ budget_bar(1, 2, 4) }}
{{ summary([("Утас", masked_value("•••• 42", "/show", "утас")), ("Нэр", "Бат", "/change")]) }}
{{ pages("/next", none) }} {{ link("Лавлах", "/") }}
{% call board() %}
{% call board_row("204", "8") %}{{ board_check("a", "well", 1, "✓", "Сайн") }}{% endcall %}
{% endcall %}
{{ post_button("/release", "Гаргах", fields={"version": 3}) }}
{% endblock %}
"""


def problems(page: str) -> list[object]:
    """What an HTML parser objects to, and what our strict policy forbids."""
    parser = html5lib.HTMLParser()
    parser.parse(page)
    ids = re.findall(r'\sid="([^"]*)"', page)
    forbidden = re.findall(r"\sstyle=|\son\w+=|<style|<script(?![^>]*nonce=)", page)
    repeated = [one for one in ids if ids.count(one) > 1]
    return [*parser.errors, *forbidden, *repeated]


@pytest.mark.parametrize("language", ["mn", "en"])
@pytest.mark.parametrize("name", ERRORS)
def test_error_pages_say_what_to_do_in_both_languages(app: Flask, name: str, language: str) -> None:
    with app.test_request_context("/"), in_language(language):
        page = render_template(f"errors/{name}.html", **ERRORS[name])
    assert problems(page) == []
    assert page.count("<h1") == 1
    assert f'<html lang="{language}"' in page
    other = "en" if language == "mn" else "mn"
    page = re.sub(f'<button[^>]*lang="{other}".*?</button>', "", page, flags=re.S)
    words = re.sub(r"<head>.*?</head>|<[^>]*>", " ", page, flags=re.S)
    latin = set(re.findall(r"[A-Za-z]{3,}", words)) - {"Casework", "Phone"}
    assert bool(latin) == (language == "en"), latin


def test_components_are_valid_and_carry_no_inline_style(mongolian: Flask) -> None:
    page = render_template_string(COMPONENTS, state=CaseState.ACTIVE, day=date(2020, 10, 6))
    assert problems(page) == []
    assert page.count("<h1") == 1
    assert "1\u00a0890\u00a0000\u00a0₮" in page
    assert 'data-label="Дүн"' in page
    assert "Юу ч алга" in page
    assert "2020-10-06" in page


class HomeForm(CaseworkForm):
    aimag = AimagField(_l("Aimag"))
    soum = SoumField(_l("Soum"), follows="aimag")


def test_a_form_page_shows_its_errors_and_says_so_in_the_title(app: Flask) -> None:
    source = """{% extends "layout.html" %}{% from "components/form.html" import form_page %}
        {% block title %}{{ _("Change") }}{% endblock %}
        {% block content %}
        {{ form_page(form, _("Change"), _("Show"), cancel="/") }}{% endblock %}"""
    with app.test_request_context("/", method="POST", data={"soum": "MN1110"}), in_language("en"):
        form = HomeForm(meta={"csrf": False})
        assert not form.validate()
        page = render_template_string(source, form=form)
    assert problems(page) == []
    assert "<title>Error: Change – Casework</title>" in page
    assert '<a href="#aimag">Aimag: An answer is needed here.</a>' in page
    assert '<option value="MN1110" selected>' in page
    assert 'data-follows="aimag"' in page


def test_an_expired_form_keeps_what_was_typed_but_no_secret(app: Flask) -> None:
    typed = {"note": "Ганц бие", "password": "p", "csrf_token": "old", "version": "3"}
    with app.test_request_context("/", method="POST", data=typed):
        assert pages.kept_values() == [("note", "Ганц бие"), ("version", "3")]
        assert pages.kept_values(version=4) == [("note", "Ганц бие"), ("version", "4")]


def test_a_form_sent_from_another_site_is_not_offered_again(app: Flask) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    with app.test_request_context("/", method="POST", data={"note": "x"}, headers=headers):
        assert request.form["note"] == "x"
        assert pages.kept_values() == []


@pytest.mark.parametrize(("cookie", "heading"), [(None, "Хайх"), ("en", "Search"), ("xx", "Хайх")])
def test_the_cookie_chooses_the_language(app: Flask, cookie: str | None, heading: str) -> None:
    app.add_url_rule("/word", view_func=lambda: render_template_string("{{ _('Search') }}"))
    client = app.test_client()
    if cookie:
        client.set_cookie(pages.LANGUAGE_COOKIE, cookie)
    assert client.get("/word").text == heading


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, app: Flask) -> FlaskClient:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "casework.css").write_text("a{}")
    (tmp_path / "dist" / "casework.css.gz").write_bytes(b"zipped")
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    return app.test_client()


def test_assets_are_sent_zipped_and_kept_by_version(compiled: FlaskClient) -> None:
    accepting = {"Accept-Encoding": "gzip"}
    with compiled.get("/static/dist/casework.css?v=1", headers=accepting) as sent:
        assert sent.data == b"zipped"
        assert sent.headers["Content-Encoding"] == "gzip"
        assert sent.mimetype == "text/css"
        assert "max-age=31536000" in sent.headers["Cache-Control"]
    with compiled.get("/static/dist/casework.css") as plain:
        assert plain.data == b"a{}"
        assert plain.headers["Cache-Control"] == "no-cache"
        assert "Accept-Encoding" in plain.headers["Vary"]
