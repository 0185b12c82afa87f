"""Mongolian names: one search key for every spelling, and the Latin form passports use.

A name reaches the system in Cyrillic (typed with or without the letters Ө and Ү), in the
national romanisation MNS 5217, in its ASCII form, in German, Russian or Czech habits, with long
vowels shortened, patronymic and given name swapped, or with the patronymic in the genitive. The
key forgets all of that and keeps what tells two names apart.
"""

import re
import unicodedata
from typing import Final

GIVEN: Final = "1"
PATRONYMIC: Final = "2"
OTHER: Final = "3"

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_WORD_BREAK = re.compile(r"[\s\-\u2010-\u2015.,/]+")

_TYPED_FOR_CYRILLIC = str.maketrans(
    "ABCEHKMOPTXYVaceopxyvЄєѲѳЇї\u019f\u0275", "АВСЕНКМОРТХУҮасеорхуүӨөӨөҮүӨө"
)
_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "ye", "ё": "yo", "ж": "j",
    "з": "z", "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
    "ө": "u", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ү": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "y", "ь": "i",
    "э": "e", "ю": "yu", "я": "ya",
    "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ұ": "u", "һ": "h", "і": "i",
}  # fmt: skip
_FROM_CYRILLIC = str.maketrans(_LETTERS)
_OTHER_ALPHABETS = str.maketrans(
    {"š": "sh", "ş": "sh", "č": "ch", "ç": "ch", "ž": "zh", "ı": "i", "ł": "l", "ø": "o"}
)

# Applied in order; capitals stand for one sound while longer spellings are still about.
_SOUNDS = (
    ("tsch", "C"), ("sch", "S"), ("sh", "S"), ("ch", "C"),
    ("dzh", "j"), ("zh", "j"), ("dj", "j"), ("dz", "z"),
    ("gh", "g"), ("kh", "h"), ("x", "h"), ("q", "k"), ("w", "v"),
    ("ts", "T"), ("c", "T"), ("y", "i"), ("ie", "e"), ("o", "u"),
)  # fmt: skip
_ONE_LETTER_EACH = str.maketrans("SCT", "xqc")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_UMLAUT = re.compile(r"(?<=[ou])e")
_LONG_VOWEL = re.compile(r"([aeiu])\1+")

_GENITIVES = (
    re.compile(r"(.+(?:aa|ee|oo|uu|[aeou][iy]|n))g(?:ii|iy|i|y)n"),
    re.compile(r"(.+?)(?:iin|iyn|yn)"),
    re.compile(r"(.+[aeou][iy])n"),
    re.compile(r"(.+n)(?:ii|y)"),
)
_SHORTEST_STEM = 3


def romanised(text: str) -> str:
    """Return Cyrillic `text` in the ASCII form of MNS 5217:2012, the one passports carry.

    Letters of other alphabets stay as they are; capitals stay capitals.
    """
    pieces: list[str] = []
    for place, letter in enumerate(unicodedata.normalize("NFC", text)):
        latin = _LETTERS.get(letter.lower())
        if letter.lower() == "е" and place and pieces[-1][-1:].isalpha():
            latin = "e"
        if latin is None:
            pieces.append(letter)
        else:
            pieces.append(latin.capitalize() if letter.isupper() else latin)
    latin_text = "".join(pieces)
    return latin_text.upper() if text.isupper() else latin_text


def passport_names(
    latin_name: str | None, patronymic: str | None, given_name: str
) -> tuple[str, str]:
    """Surname and given names in capitals, as a carrier wants them.

    A Mongolian passport has the father's name as surname. `latin_name` is the whole name as it
    stands there; which of its words is the given name, the Cyrillic one tells.
    """
    if not latin_name:
        return romanised(patronymic or "").upper(), romanised(given_name).upper()
    found = words(latin_name)
    given = [word for word in found if folded(word) == folded(given_name)] or list(found[-1:])
    surname = [word for word in found if word not in given]
    return " ".join(surname).upper(), " ".join(given).upper()


def folded(text: str) -> str:
    """Return the search key of one name, whatever its spelling; empty when it has no letters.

    Spaces, hyphens and accents go, so a compound gives one key: Бат-Баяр and Batbayar agree.
    """
    return _key(_plain(text))


def folded_patronymic(text: str) -> str:
    """Return the search key of a patronymic, with its genitive (-ийн, -ын, -гийн, -ы) taken off."""
    return _key(_nominative(_plain(text)))


def words(text: str) -> tuple[str, ...]:
    """Return the parts of a written name: split at spaces, hyphens, dots and commas."""
    return tuple(part for part in _WORD_BREAK.split(text) if part)


def name_keys(
    patronymic: str = "", given_name: str = "", latin_name: str = "", ovog: str = ""
) -> frozenset[str]:
    """Return what one person is found by: each key is a role digit and a folded name.

    The role is `GIVEN`, `PATRONYMIC` or `OTHER` (the clan name, parts of a compound, and spellings
    of the passport that fold to neither). Each folded name comes once, in its first such role.
    """
    roles: dict[str, str] = {}
    for key, role in (
        (folded(given_name), GIVEN),
        (folded_patronymic(patronymic), PATRONYMIC),
        (folded(ovog), OTHER),
        *((folded(part), OTHER) for part in _parts(given_name)),
        *((folded_patronymic(part), OTHER) for part in _parts(patronymic)),
        *((folded_patronymic(word), OTHER) for word in latin_name.split()),
    ):
        if len(key) >= _SHORTEST_STEM or role != OTHER:
            roles.setdefault(key, role)
    roles.pop("", None)
    return frozenset(role + key for key, role in roles.items())


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of a compound; none when `name` is a single word."""
    parts = words(name)
    return parts if len(parts) > 1 else ()


def _plain(text: str) -> str:
    """Return lower-case Latin letters only, long vowels and digraphs still as written."""
    text = unicodedata.normalize("NFC", text)
    cyrillic = _CYRILLIC.search(text) is not None
    if cyrillic:
        text = text.translate(_TYPED_FOR_CYRILLIC)
    text = text.casefold().translate(_OTHER_ALPHABETS).translate(_FROM_CYRILLIC)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    bare = _NOT_LETTERS.sub("", text)
    return bare if cyrillic else _UMLAUT.sub("", bare)


def _nominative(plain: str) -> str:
    for genitive in _GENITIVES:
        found = genitive.fullmatch(plain)
        if found and len(found[1]) >= _SHORTEST_STEM:
            return found[1]
    return plain


def _key(plain: str) -> str:
    for spelling, sound in _SOUNDS:
        plain = plain.replace(spelling, sound)
    return _LONG_VOWEL.sub(r"\1", plain).translate(_ONE_LETTER_EACH)
