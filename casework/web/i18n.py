"""Which language a person reads, and how sentences, dates and amounts look in it.

English is written in the source; Mongolian stands in `translations/mn/<area>.po`. Sentences made
by services arrive as `Message`; codes arrive as enum members and get their label.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum

from babel.support import LazyProxy
from flask import g, has_app_context

from casework.clock import ULAANBAATAR
from casework.messages import Erased, Message
from casework.reference import countries
from casework.rules.money import MNT, Money
from casework.web.catalogue import mongolian
from models.organisation import Organisation

LANGUAGES = ("mn", "en")
DEFAULT_LANGUAGE = "mn"
#: How each language names itself, for the switch in the header.
LANGUAGE_NAMES = {"mn": "Монгол", "en": "English"}

NO_BREAK_SPACE = "\u00a0"


def current_language() -> str:
    """The language of the page being made: `mn` or `en`."""
    if not has_app_context():
        return DEFAULT_LANGUAGE
    return str(g.get("language", DEFAULT_LANGUAGE))


def use_language(code: str | None) -> None:
    """Make the page in `code`; anything but a known language means the default."""
    g.language = code if code in LANGUAGES else DEFAULT_LANGUAGE


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Write a letter or an e-mail in its reader's language, whatever the page's own is."""
    before = current_language()
    use_language(code)
    try:
        yield
    finally:
        use_language(before)


def lookup(text: str) -> str:
    """`text` in the current language, its places not yet filled."""
    return mongolian().ugettext(text) if current_language() == "mn" else text


def lookup_plural(singular: str, plural: str, n: int) -> str:
    """The form for the count `n` in the current language, its places not yet filled."""
    if current_language() == "mn":
        return mongolian().ungettext(singular, plural, n)
    return singular if n == 1 else plural


def gettext(text: str, **values: object) -> str:
    """`text` in the current language, its `%(name)s` places filled with `values`."""
    sentence = lookup(text)
    return sentence % _shown_values(values) if values else sentence


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """The form for the count `n`, which also fills `%(n)s`."""
    return lookup_plural(singular, plural, n) % _shown_values({"n": n, **values})


_ = gettext


def _l(text: str) -> LazyProxy:
    """A sentence translated each time it is shown; for labels made when a class is read."""
    return LazyProxy(gettext, text, enable_cache=False)


def translate(text: Message | LazyProxy | str) -> str:
    """What a service said, in the current language."""
    if isinstance(text, Message):
        return gettext(text.text, **text.values)
    return str(text) if isinstance(text, LazyProxy) else gettext(text)


def labelled(code: Enum) -> str:
    """The name of a stored code in the current language."""
    from casework.labels import label  # read late: labels name every code there is

    return gettext(code) if isinstance(code, Erased) else gettext(label(code))


def finished(value: object) -> object:
    """A value as a template writes it: a word for what was erased, anything else as it is."""
    return gettext(value) if isinstance(value, Erased) else value


def shown(value: object) -> str:
    """Any value as a sentence shows it: codes by label, dates as ISO, amounts in groups."""
    if isinstance(value, Message | LazyProxy):
        return translate(value)
    if isinstance(value, Enum):
        return labelled(value)
    if isinstance(value, Erased):
        return gettext(value)
    if isinstance(value, Organisation):
        return value.name_mn if current_language() == "mn" else value.name
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Money):
        return format_money(value.amount, value.currency)
    return format_number(value) if isinstance(value, Decimal) else str(value)


def format_date(day: date | None) -> str:
    """`2026-11-21` in both languages, of a moment its day in Ulaanbaatar; empty for no date."""
    if isinstance(day, datetime):
        day = _in_ulaanbaatar(day)
    return "" if day is None else day.strftime("%Y-%m-%d")


def format_datetime(moment: datetime | None) -> str:
    """`2026-11-21 14:05` in Ulaanbaatar; a moment without a zone is taken as UTC."""
    return "" if moment is None else _in_ulaanbaatar(moment).strftime("%Y-%m-%d %H:%M")


def _in_ulaanbaatar(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ULAANBAATAR)


def format_number(number: Decimal | int | float | None) -> str:
    """Digits in groups of three; a comma before decimals in Mongolian, a point in English."""
    if number is None:
        return ""
    grouped = f"{number:,}".replace(",", NO_BREAK_SPACE)
    return grouped.replace(".", ",") if current_language() == "mn" else grouped


def format_money(amount: Decimal | int | None, currency: str = MNT) -> str:
    """An amount, `1 890 000 ₮` or `250 USD`; decimals are shown only where there are any."""
    if amount is None:
        return ""
    exact = Decimal(amount)
    rounded = exact.quantize(Decimal(1) if exact == exact.to_integral_value() else Decimal("0.01"))
    sign = "₮" if currency == MNT else currency
    return f"{format_number(rounded)}{NO_BREAK_SPACE}{sign}"


def country_name(alpha2: str) -> str:
    """The country's name in the current language; an unknown code is returned as it is."""
    return countries.country_name(alpha2, current_language())


def country_options() -> list[tuple[str, str]]:
    """(ISO alpha-2, name) of every country, in the alphabet of the current language."""
    named = [(code, country_name(code)) for code in countries.country_codes()]
    return sorted(named, key=lambda pair: alphabetical(pair[1]))


def alphabetical(name: str) -> str:
    """A key that sorts Ө after О and Ү after У, and letters with marks beside those without."""
    plain = unicodedata.normalize("NFD", name.casefold())
    return plain.replace("ө", "о\uffff").replace("ү", "у\uffff")


def _shown_values(values: Mapping[str, object]) -> dict[str, object]:
    plain = (int, float)
    return {
        name: value if isinstance(value, plain) and not isinstance(value, Enum) else shown(value)
        for name, value in values.items()
    }
