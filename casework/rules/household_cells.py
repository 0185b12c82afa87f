"""Reading one cell of a mission's file: a value, or `InvalidInput` that says what to write.

No message repeats what the cell holds: reasons travel further than the file.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from casework.errors import InvalidInput
from casework.messages import N_
from casework.reference import countries, places, register_number
from casework.reference.dates import parsed_date
from casework.rules.age import due_date
from casework.vocabulary import (
    Channel,
    DocumentStatus,
    Language,
    LegalBasis,
    Need,
    Relation,
    Sex,
)

_Value = TypeVar("_Value")
_Code = TypeVar("_Code", bound=StrEnum)

_HOME: Final = "MN"
_OLDEST: Final = 120
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BETWEEN_CODES = re.compile(r"[|;,]")
_BETWEEN_WORDS = re.compile(r"[\s\-]+")
_ORGANISATION = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")

UNKNOWN_NEED = N_(
    "One of the needs is not known. Separate these codes with | and use no others: %(codes)s."
)

_SEX_WORDS = {
    Sex.FEMALE: "f female woman эмэгтэй эм эмэгтэй_хүн охин",
    Sex.MALE: "m male man эрэгтэй эр эрэгтэй_хүн м",
    Sex.OTHER: "x other бусад х",
}
_RELATION_WORDS = {
    Relation.PRINCIPAL: "self head applicant өөрөө үндсэн өргөдөл_гаргагч өрхийн_тэргүүн",
    Relation.SPOUSE: "wife husband partner эхнэр нөхөр хань гэр_бүл",
    Relation.CHILD: "son daughter baby хүүхэд хүү охин",
    Relation.PARENT: "mother father эх эцэг ээж аав эцэг_эх",
    Relation.SIBLING: "brother sister ах эгч дүү ах_дүү",
    Relation.GRANDCHILD: "grandson granddaughter ач зээ ач_зээ",
    Relation.GRANDPARENT: "grandmother grandfather эмээ өвөө эмэг_эх өвөг_эцэг",
    Relation.OTHER_RELATIVE: "relative cousin aunt uncle niece nephew хамаатан төрөл садан",
    Relation.NOT_RELATED: "friend unrelated найз хамаатан_бус төрөл_бус",
}
_LANGUAGE_WORDS = {
    Language.MN: "mongolian монгол",
    Language.EN: "english англи",
}
_NEEDS: Final = frozenset(Need)
_KAZAKH: Final = frozenset({"kk", "kazakh", "казах", "қазақ"})


def text(longest: int) -> Callable[[str], str]:
    """Return a reader of text of up to `longest` characters, without control characters."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise InvalidInput("The text is too long: %(longest)s characters fit.", longest=longest)
        if _NOT_TEXT.search(cell):
            raise InvalidInput("The cell holds characters that are not text. Type it again.")
        return cell

    return read


def past_date(today: date) -> Callable[[str], date]:
    """Return a reader of dates that are not after `today`."""

    def read(cell: str) -> date:
        day = parsed_date(cell)
        if day > today:
            raise InvalidInput("The date is in the future. Check day, month and year.")
        return day

    return read


def birth_date(today: date) -> Callable[[str], date]:
    """Return a reader of birth dates of the last 120 years."""

    def read(cell: str) -> date:
        day = past_date(today)(cell)
        if today.year - day.year > _OLDEST:
            raise InvalidInput(
                "The birth date is more than %(years)s years ago. Check the year.", years=_OLDEST
            )
        return day

    return read


def pregnancy_weeks(today: date) -> Callable[[str], int]:
    """Return a reader of completed weeks of pregnancy."""

    def read(cell: str) -> int:
        weeks = int(cell) if cell.isascii() and cell.isdigit() and len(cell) <= 2 else 0
        due_date(weeks, today)
        return weeks

    return read


def or_none(reader: Callable[[str], _Value]) -> Callable[[str], _Value | None]:
    """Return `reader` for a cell that may stay empty: the same, with the wider type."""
    return reader


def country(cell: str) -> str:
    """Read a country abroad, by code or name, as alpha-2."""
    code = countries.country_code(cell)
    if code is None:
        raise InvalidInput(
            "The country is not known. Write its two-letter code, such as KR, or its name."
        )
    if code == _HOME:
        raise InvalidInput("A return request comes from abroad. Write the country of stay.")
    return code


def home(aimag_text: str, soum_text: str) -> tuple[str, str]:
    """Read the P-codes of aimag and soum, each empty if not given; `field` names the wrong one."""
    aimag = places.find_aimag(aimag_text) if aimag_text else None
    if aimag_text and aimag is None:
        raise InvalidInput(
            "The aimag is not known. Write its name, Ulaanbaatar, or leave it empty.",
            field="home_aimag",
        )
    if not soum_text:
        return (aimag.code if aimag else "", "")
    if aimag is None:
        raise InvalidInput("Write the aimag of this soum as well.", field="home_aimag")
    soum = places.find_soum(soum_text, aimag.code)
    if soum is None:
        raise InvalidInput(
            "There is no such soum or district in the aimag. Check both, or leave it empty.",
            field="home_soum",
        )
    return aimag.code, soum.code


def registered(cell: str) -> str:
    """Read a register number, look-alike letters mended."""
    reason = register_number.problem(cell)
    if reason is not None:
        raise InvalidInput(reason.text)
    return register_number.normalised(cell)


def needs(cell: str) -> frozenset[Need]:
    """Read needs separated by |, the one for protection among them."""
    found = {_known_need(part) for part in _BETWEEN_CODES.split(cell) if part.strip()}
    if None in found:
        raise InvalidInput(UNKNOWN_NEED, codes=", ".join(Need))
    return frozenset(need for need in found if need)


def without_protection(column: str, cell: str) -> str:
    """Return `cell` as it may be shown again: the protection need gone, wherever it slipped.

    Of `needs` only the known codes are repeated, since an unknown one may be a misspelling of it.
    """
    parts = _BETWEEN_CODES.split(cell)
    if column == "needs":
        known = (_known_need(part) for part in parts)
        return "|".join(need for need in known if need and need != Need.PROTECTION)
    if any(_known_need(part) == Need.PROTECTION for part in parts):
        return "|".join(part for part in parts if _known_need(part) != Need.PROTECTION)
    return cell


def organisations(cell: str) -> tuple[str, ...]:
    """Read organisation codes separated by |, each once, in the order written."""
    codes = [part.strip().upper() for part in _BETWEEN_CODES.split(cell) if part.strip()]
    if not all(_ORGANISATION.fullmatch(code) for code in codes):
        raise InvalidInput("Write organisation codes separated by |, such as IOM.")
    return tuple(dict.fromkeys(codes))


def is_kazakh(cell: str) -> bool:
    """Tell whether a cell names Kazakh, which the product does not speak yet."""
    return _word(cell) in _KAZAKH


def _word(cell: str) -> str:
    return _BETWEEN_WORDS.sub("_", cell.strip().casefold())


def _known_need(part: str) -> Need | None:
    word = _word(part)
    return Need(word) if word in _NEEDS else None


def _coded(codes: Iterable[_Code], words: dict[_Code, str] | None = None) -> Callable[[str], _Code]:
    """Return a reader of one of `codes`, written as the code or as one of its `words`."""
    by_word = {code.value.casefold(): code for code in codes}
    shown = ", ".join(code.value for code in by_word.values())
    for code, synonyms in (words or {}).items():
        by_word |= dict.fromkeys(synonyms.split(), code)

    def read(cell: str) -> _Code:
        code = by_word.get(_word(cell))
        if code is None:
            raise InvalidInput("Write one of: %(codes)s.", codes=shown)
        return code

    return read


sex = _coded(Sex, _SEX_WORDS)
relation = _coded(Relation, _RELATION_WORDS)
channel = _coded(Channel)
document_status = _coded(DocumentStatus)
legal_basis = _coded(LegalBasis)
_spoken = _coded(Language, _LANGUAGE_WORDS)


def language(cell: str) -> Language:
    """Read the language to write in; Mongolian for readers of Kazakh."""
    return Language.MN if is_kazakh(cell) else _spoken(cell)
