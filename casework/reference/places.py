"""Aimags, soums and the districts of Ulaanbaatar, found by code or by any spelling of the name."""

from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from casework.reference.names import folded
from casework.reference.table import rows

_Place = TypeVar("_Place")
_UNITS = frozenset(
    folded(word)
    for word in (
        "аймаг", "aimag", "aimak", "province", "сум", "soum", "дүүрэг", "duureg", "district",
        "хот", "city",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Aimag:
    """One of the 21 aimags, or Ulaanbaatar; `code` is the P-code, such as MN67."""

    code: str
    name_mn: str
    name_en: str

    def name(self, language: str) -> str:
        """Return the name in `language`, mn or en."""
        return self.name_mn if language == "mn" else self.name_en


@dataclass(frozen=True)
class Soum:
    """A soum, or a district of Ulaanbaatar; `code` is the P-code, `aimag` that of its parent.

    Names recur (Sukhbaatar is an aimag, a district and a soum): show the parent beside it.
    """

    code: str
    aimag: str
    name_mn: str
    name_en: str

    def name(self, language: str) -> str:
        """Return the name in `language`, mn or en."""
        return self.name_mn if language == "mn" else self.name_en


@cache
def aimags() -> tuple[Aimag, ...]:
    """Return Ulaanbaatar and the aimags, in the order of their codes."""
    return tuple(Aimag(row["code"], row["name_mn"], row["name_en"]) for row in rows("aimags"))


@cache
def soums(aimag_code: str) -> tuple[Soum, ...]:
    """Return the soums or districts of one aimag, in the order of their codes."""
    return tuple(
        Soum(row["code"], row["aimag"], row["name_mn"], row["name_en"])
        for row in rows("soums")
        if row["aimag"] == aimag_code
    )


def find_aimag(text: str) -> Aimag | None:
    """Return the aimag `text` names: P-code, ISO 3166-2 or statistical code, or any spelling."""
    return _found(text, _aimags_by_key())


def find_soum(text: str, aimag_code: str) -> Soum | None:
    """Return the soum or district of `aimag_code` that `text` names; БЗД and the like count."""
    return _found(text, _soums_by_key(aimag_code))


def _found(text: str, by_key: dict[str, _Place]) -> _Place | None:
    by_code = by_key.get(text.strip().upper())
    return by_code if by_code is not None else by_key.get(_key(text))


def _key(text: str) -> str:
    return "".join(key for key in map(folded, text.split()) if key not in _UNITS)


@cache
def _aimags_by_key() -> dict[str, Aimag]:
    by_key: dict[str, Aimag] = {}
    for aimag, row in zip(aimags(), rows("aimags"), strict=True):
        codes = (row["code"], row["iso_3166_2"], row["nso_code"], row["code"].removeprefix("MN"))
        names = (aimag.name_mn, aimag.name_en, *row["other_names"].split("|"))
        by_key |= dict.fromkeys(filter(None, (*codes, *map(_key, names))), aimag)
    return by_key


@cache
def _soums_by_key(aimag_code: str) -> dict[str, Soum]:
    by_key: dict[str, Soum] = {}
    short_names = {row["code"]: row["short_name"] for row in rows("soums")}
    for soum in soums(aimag_code):
        names = (soum.name_mn, soum.name_en, short_names[soum.code])
        codes = (soum.code, soum.code.removeprefix("MN"))
        by_key |= dict.fromkeys(filter(None, (*codes, *map(_key, names))), soum)
    return by_key
