"""Invented people: names, register numbers, passports and telephones that nobody bears.

The parts are common in real names and the shapes are true, so that what is built on them is tried
on plausible input; every combination is drawn by chance. Used for demonstrations and benchmarks.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate
from random import Random

from casework.reference.names import romanised
from casework.reference.table import rows

_REGISTER_LETTERS = "АБВГДЕЖЗИЙКЛМНОПРСТФХУ"
_SECOND_LETTERS = "АБВГДЕЖЗИЙКЛМНОӨПРСТУҮФХЦЧШЭЮЯ"
_MOBILE_STARTS = ("80", "85", "86", "88", "89", "90", "91", "94", "95", "96", "98", "99")
_WHOLE_NAMES = 0.3
_COMMON_NAMES_LEAD = 0.6
_KAZAKH = "kazakh_"


@dataclass(frozen=True)
class InventedName:
    """A name as in the register, in Cyrillic, and as in the passport, in Latin letters."""

    patronymic: str
    given_name: str
    latin_name: str
    ovog: str


class Inventor:
    """Draws people one after the other; the same random source gives the same people."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._register_numbers: set[str] = set()
        self._passport_numbers: set[str] = set()

    def name(self, sex: str, kazakh: bool = False, patronymic: str = "") -> InventedName:
        """Return a whole name for `sex` F, M or X; children and siblings share a `patronymic`."""
        patronymic = patronymic or self.given_name("M", kazakh)
        given_name = patronymic
        while given_name == patronymic:
            given_name = self.given_name(sex, kazakh)
        ovog = "" if kazakh else self._one_of("ovog")
        return InventedName(patronymic, given_name, romanised(f"{patronymic} {given_name}"), ovog)

    def given_name(self, sex: str, kazakh: bool = False) -> str:
        """Return a given name, whole or composed of two parts."""
        kind = "man" if sex == "M" else "woman"
        if kazakh:
            return self._one_of(_KAZAKH + kind)
        if self._random.random() < _WHOLE_NAMES:
            return self._one_of(kind)
        first, last = self._one_of("first"), self._one_of(f"{kind}_last")
        if first.lower() == last:
            return first
        return first + (f"-{last.capitalize()}" if first[-1] == last[0] else last)

    def register_number(self, birth_date: date, sex: str) -> str:
        """Return a register number not given before, with the digits of `birth_date` and `sex`."""
        month = birth_date.month + (20 if birth_date.year >= 2000 else 0)
        while True:
            letters = self._random.choice(_REGISTER_LETTERS) + self._random.choice(_SECOND_LETTERS)
            sex_digit = self._random.randrange(5) * 2 + (sex == "M")
            last = self._random.randrange(10)
            number = f"{letters}{birth_date:%y}{month:02}{birth_date:%d}{sex_digit}{last}"
            if number not in self._register_numbers:
                self._register_numbers.add(number)
                return number

    def passport_number(self) -> str:
        """Return a passport number not given before: E and seven digits."""
        while True:
            number = f"E{self._random.randrange(10**7):07}"
            if number not in self._passport_numbers:
                self._passport_numbers.add(number)
                return number

    def mobile_number(self, calling_code: str = "976") -> str:
        """Return a telephone number with `calling_code`, in the Mongolian mobile shape for 976."""
        if calling_code == "976":
            return f"+976{self._random.choice(_MOBILE_STARTS)}{self._random.randrange(10**6):06}"
        return f"+{calling_code}1{self._random.randrange(10**8):08}"

    def _one_of(self, used_as: str) -> str:
        parts, weights = _parts(used_as)
        return self._random.choices(parts, cum_weights=weights)[0]


@cache
def _parts(used_as: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the parts of one use and their cumulated weights; the first listed are commoner."""
    parts = tuple(row["part"] for row in rows("name_parts") if row["used_as"] == used_as)
    weights = (1 / (place + 1) ** _COMMON_NAMES_LEAD for place in range(len(parts)))
    return parts, tuple(accumulate(weights))
