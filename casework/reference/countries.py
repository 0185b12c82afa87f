"""Countries by ISO 3166-1 code, or by the names people give them in English and Mongolian."""

from functools import cache

from babel import Locale
from babel.core import get_global

from casework.reference.names import folded
from casework.reference.table import rows

_LANGUAGES = ("en", "mn")
_MONGOLIAN_FOR_COUNTRY = folded("улс")


def country_code(text: str) -> str | None:
    """Return the ISO alpha-2 code of the country that `text` names, or None.

    Understands alpha-2, alpha-3, the English and Mongolian names of CLDR, and common spellings
    such as АНУ, Солонгос, Turkey or UK, in Cyrillic or Latin letters.
    """
    code = text.strip().upper()
    if code in _codes():
        return _codes()[code]
    key = folded(text)
    by_name = _by_name()
    return by_name.get(key) or by_name.get(key.removesuffix(_MONGOLIAN_FOR_COUNTRY))


def country_name(code: str, language: str) -> str:
    """Return the name of the country `code` in `language`, mn or en; the code when unknown."""
    return _names(language).get(code, code)


def country_codes() -> tuple[str, ...]:
    """Return every alpha-2 code, sorted."""
    return tuple(sorted(set(_codes().values())))


@cache
def _codes() -> dict[str, str]:
    """Return alpha-2 by alpha-2 and by alpha-3, from CLDR's territory aliases."""
    codes = {"UK": "GB"}
    for alpha3, territories in get_global("territory_aliases").items():
        if len(alpha3) == 3 and alpha3.isalpha() and _is_country(alpha3, territories):
            codes |= {alpha3: territories[0], territories[0]: territories[0]}
    return codes


def _is_country(alpha3: str, territories: list[str]) -> bool:
    """Tell whether an alias names one country; X, ZZ and Q but Qatar are for private use."""
    private = alpha3[0] == "X" or (alpha3[0] == "Q" and alpha3 != "QAT") or alpha3 == "ZZZ"
    return len(territories) == 1 and not private


@cache
def _names(language: str) -> dict[str, str]:
    territories: dict[str, str] = dict(Locale(language).territories)
    return {code: territories[code] for code in country_codes() if code in territories}


@cache
def _by_name() -> dict[str, str]:
    by_name = {
        folded(name): code for language in _LANGUAGES for code, name in _names(language).items()
    }
    by_name |= {folded(row["spelling"]): row["country"] for row in rows("country_spellings")}
    return by_name
