"""Which words of the other language may stand on a page: names, what was typed, and codes."""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from casework import vocabulary
from casework.config import CHECKOUT
from casework.reference.countries import country_codes
from casework.reference.places import aimags, soums
from casework.rules.priority import default_policy
from casework.web.budget_lines import CURRENCIES
from casework.web.catalogue import read_areas

DEMO = CHECKOUT / "casework" / "services" / "demo"
#: Kinds of files, by the names they have everywhere.
FORMATS = ["PDF", "JPEG", "PNG", "WebP", "DOCX", "XLSX", "ODT", "ODS", "TXT", "CSV", "JSON", "ZIP"]
#: The product; the ministry and IOM by their codes; the other language on its button; short words
#: that Mongolian has taken over.
LATIN_NAMES = frozenset(
    {
        "Casework",
        "IOM",
        "MFA",
        "EN",
        "SMS",
        "WhatsApp",
        "QR",
        "PIN",
        "PCR",
        *FORMATS,
        *CURRENCIES,
        *country_codes(),
    }
)
REFERENCE = re.compile(r"\b[A-Z]{1,8}(-[A-Z0-9]+)*-\d[\d-]*\b")
ADDRESS = re.compile(r"\S+@\S+")
WORD = re.compile(r"[^\W\d_]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z_]+")
CYRILLIC = re.compile(r"[А-Яа-яЁёӨөҮү]{3,}")
#: Stored codes that nobody should read.
CODES = frozenset(
    code.value
    for codes in vars(vocabulary).values()
    if isinstance(codes, type) and issubclass(codes, StrEnum)
    for code in codes
    if "_" in code.value
)


class Speech:
    """Tells the product's words from `names`, single words, and `typed`, whole phrases."""

    def __init__(self, names: frozenset[str], typed: set[str]) -> None:
        self._names = names
        stored = demo_texts() | {default_policy().source}
        self._typed = sorted(typed | stored, key=len, reverse=True)
        self._found: dict[tuple[str, str], list[str]] = {}

    def misplaced(self, text: str, language: str) -> list[str]:
        """Words of the other language in a text of a page, and codes that are no words."""
        if (text, language) not in self._found:
            self._found[text, language] = self._misplaced(self._own(text), language)
        return self._found[text, language]

    def _own(self, text: str) -> str:
        text = REFERENCE.sub(" ", ADDRESS.sub(" ", text))
        for typed in self._typed:
            text = text.replace(typed, " ")
        return WORD.sub(lambda word: " " if word[0] in self._names else word[0], text)

    def _misplaced(self, text: str, language: str) -> list[str]:
        latin = LATIN.findall(text)
        if language == "mn":
            return [word for word in latin if word not in LATIN_NAMES]
        cyrillic = [word for word in CYRILLIC.findall(text) if word.lower() in mongolian_words()]
        return cyrillic + [word for word in latin if word in CODES]


@cache
def demo_texts() -> frozenset[str]:
    """What the demo types, in either language."""
    files = (DEMO / "words.json", DEMO / "directory.json")
    return frozenset(text for path in files for text in _texts(json.loads(path.read_text())))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value != value.lower():
            yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _texts(each))


@cache
def mongolian_words() -> frozenset[str]:
    """Every word that the product says in Mongolian."""
    said: list[str] = []
    for _area, part in read_areas():
        for message in part:
            forms = [message.string] if isinstance(message.string, str) else message.string or ()
            said += [form for form in forms if message.id and form]
    said += [place.name("mn") for aimag in aimags() for place in (aimag, *soums(aimag.code))]
    return frozenset(word.lower() for text in said for word in CYRILLIC.findall(text))
