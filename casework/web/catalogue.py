"""The Mongolian sentences: reading them, and finding those that are missing or no longer used."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import wtforms
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = Path(__file__).parent / "translations" / "mn"
#: Folders whose sentences people read.
SOURCES = ("casework", "blueprints", "audit", "models", "templates")
#: Calls that take a sentence as their first argument, beside gettext's own.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **dict.fromkeys(
        ("_l", "Message", "InvalidInput", "InvalidTransition", "StaleRecord", "Conflict")
    ),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
OPTIONS = {
    "**.html": {
        "extensions": "jinja2.ext.i18n,jinja2.ext.loopcontrols,jinja2.ext.do",
        "newstyle_gettext": "true",
        "trimmed": "true",
        "silent": "false",
    }
}


@cache
def mongolian() -> Translations:
    """Every `.po` file as one set of translations, read once."""
    whole = Catalog(locale="mn")
    for _, part in read_areas():
        for message in part:
            if message.id:
                whole.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def read_areas() -> Iterator[tuple[str, Catalog]]:
    """(area, its catalogue) for each `.po` file."""
    for path in sorted(TRANSLATIONS.glob("*.po")):
        with path.open("rb") as source:
            yield path.stem, read_po(source, locale="mn", abort_invalid=True)


def used_sentences() -> dict[str, str]:
    """Each English sentence of the product and of WTForms, and a file that uses it."""
    used: dict[str, str] = {}
    places = [(name, ROOT / name) for name in SOURCES]
    for name, folder in [*places, ("wtforms", Path(wtforms.__file__).parent)]:
        for file, _, text, _, _ in extract_from_dir(
            folder, METHODS, options_map=OPTIONS, keywords=KEYWORDS
        ):
            singular = text if isinstance(text, str) else text[0]
            used.setdefault(singular, f"{name}/{file}")
    return used


def translated_sentences() -> dict[str, str]:
    """Each English sentence that has complete Mongolian text, and the area that gives it."""
    return {
        _singular(message.id): area
        for area, part in read_areas()
        for message in part
        if message.id and not message.fuzzy and message.string and all(message.string)
    }


def untranslated() -> dict[str, str]:
    """Sentences people may read that have no Mongolian, and where they are used."""
    known = translated_sentences()
    return {text: place for text, place in used_sentences().items() if text not in known}


def unused() -> dict[str, str]:
    """Sentences that have Mongolian but are used nowhere, and their area."""
    used = used_sentences()
    return {text: area for text, area in translated_sentences().items() if text not in used}


def _singular(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]
