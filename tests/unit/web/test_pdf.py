"""PDF files: letters, language, tags, no fetching, and a plain word when they are off."""

import ctypes
import sys
from datetime import UTC, datetime

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from casework.web import pdf

WORDS = "Өвөрхангай, Үндэсний төв: өвчтөн үзлэгт оров. Өө Үү Ёё Ъъ Ыы ₮"
MADE = datetime(2020, 10, 1, tzinfo=UTC)
TEMPLATES = {
    "try.pdf.html": (
        '{% extends "components/pdf_layout.html" %}{% block title %}{{ _("Search") }}{% endblock %}'
        "{% block content %}<h2>{{ words }}</h2><table><thead><tr><th scope='col'>А</th></tr>"
        "</thead><tbody><tr><td>{{ words }}</td></tr></tbody></table>{% endblock %}"
    ),
    "fetch.pdf.html": (
        '{% extends "components/pdf_layout.html" %}{% block title %}x{% endblock %}'
        "{% block content %}<img src='{{ url }}' alt=''>{% endblock %}"
    ),
}


@pytest.fixture(autouse=True)
def templates(app: Flask) -> None:
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([DictLoader(TEMPLATES), app.jinja_loader])


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_mongolian_letters_come_out_as_text(mongolian: Flask) -> None:
    found = text_of(pdf.pdf_bytes("try.pdf.html", words=WORDS, made_at=MADE))
    assert found.replace("\r\n", " ").count("Өвөрхангай, Үндэсний төв: өвчтөн үзлэгт оров.") == 2
    assert "Хайх" in found and "2020-10-01 08:00" in found and "1 / 1" in found


def test_it_is_tagged_in_its_language_and_tells_nothing_of_its_making(mongolian: Flask) -> None:
    made = [pdf.pdf_bytes("try.pdf.html", words=WORDS, made_at=MADE) for _ in range(2)]
    assert made[0] == made[1]
    with pypdfium2.PdfDocument(made[0]) as document:
        assert pdfium.FPDFCatalog_IsTagged(document)
        size = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
        language = (ctypes.c_ushort * (size // 2))()
        pdfium.FPDFCatalog_GetLanguage(document, language, size)
        metadata = document.get_metadata_dict()
    assert bytes(language).decode("utf-16-le") == "mn\0"
    assert metadata["Title"] == "Хайх"
    assert metadata["Creator"] == "Casework"
    assert [metadata[key] for key in ("Author", "Subject", "CreationDate", "ModDate")] == [""] * 4


def test_what_is_typed_stays_text(english: Flask) -> None:
    typed = "<img src='file:///etc/passwd'><b>Ө</b>"
    assert typed in text_of(pdf.pdf_bytes("try.pdf.html", words=typed, made_at=MADE))


@pytest.mark.parametrize("url", ["file:///etc/hostname", "http://127.0.0.1:9/", "data:image/png,x"])
def test_nothing_is_fetched(english: Flask, url: str) -> None:
    with pytest.raises(RuntimeError, match=r"fetch\.pdf\.html asks for an address"):
        pdf.pdf_bytes("fetch.pdf.html", url=url)


def test_it_is_saved_not_shown(english: Flask) -> None:
    response = pdf.pdf_response("try.pdf.html", "principles-2020-10-01.pdf", words=WORDS)
    assert response.mimetype == "application/pdf"
    disposition = response.headers["Content-Disposition"]
    assert disposition == "attachment; filename=principles-2020-10-01.pdf"
    assert response.get_data().startswith(b"%PDF-")


def test_without_pango_it_says_so(english: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(pdf.PdfOff, match="PDF files are off"):
        pdf.pdf_bytes("try.pdf.html", words=WORDS)
