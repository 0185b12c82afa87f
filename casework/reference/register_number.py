"""The citizen's register number (РД): two Cyrillic capitals and eight digits.

The digits are YYMMDD of birth, one whose parity gives the sex, and a check digit whose rule is not
public, so it is never checked. From 2000 on, 20 is added to the month.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from casework.messages import N_, Message

_SHAPE = re.compile(r"[А-ЯЁӨҮ]{2}[0-9]{8}")
_DROPPED = re.compile(r"[\s\-\u2010-\u2015._]+")
_LOOK_ALIKES = str.maketrans("ABCEHKMOPTXYЄѲЇV\u019f", "АВСЕНКМОРТХУӨӨҮҮӨ")
_MONTHS_ADDED_FROM_2000 = 20

WRONG_SHAPE = N_(
    "A register number is two Cyrillic letters and eight digits, such as УБ90010112. "
    "Check it against the identity card or passport, or leave it empty."
)
IMPOSSIBLE_DATE = N_(
    "The digits of the register number do not give a possible birth date. "
    "Check it against the identity card or passport, or leave it empty."
)
OTHER_BIRTH_DATE = N_(
    "The register number says born on %(registered)s, the birth date typed is %(typed)s. "
    "Check both; nothing is blocked."
)
OTHER_SEX = N_("The register number says another sex than typed. Check both; nothing is blocked.")


@dataclass(frozen=True)
class RegisterNumber:
    """A well-formed register number and what its digits say; `sex` is "M" (odd) or "F" (even)."""

    text: str
    birth_date: date
    sex: str


def normalised(text: str) -> str:
    """Return `text` as registered: NFC capitals without spaces or dashes, look-alikes mended.

    Latin letters that look Cyrillic become Cyrillic; Є and Ѳ become Ө; Ї and V become Ү.
    """
    compact = _DROPPED.sub("", unicodedata.normalize("NFC", text)).upper()
    return compact.translate(_LOOK_ALIKES)


def parsed(text: str) -> RegisterNumber | None:
    """Return what `text` says once normalised, or None when `problem` has something to say."""
    number = normalised(text)
    birth_date = _birth_date(number) if _SHAPE.fullmatch(number) else None
    if birth_date is None:
        return None
    return RegisterNumber(number, birth_date, "M" if int(number[8]) % 2 else "F")


def problem(text: str) -> Message | None:
    """Return why `text` cannot be a register number, or None when it can."""
    number = normalised(text)
    if not _SHAPE.fullmatch(number):
        return Message(WRONG_SHAPE)
    return Message(IMPOSSIBLE_DATE) if _birth_date(number) is None else None


def warnings(text: str, birth_date: date | None, sex: str) -> tuple[Message, ...]:
    """Return what the number contradicts in the birth date and sex typed; never a reason to block.

    Registers err, papers are lost, and people change their registered sex.
    """
    number = parsed(text)
    if number is None:
        return ()
    found = []
    if birth_date is not None and birth_date != number.birth_date:
        dates: dict[str, object] = {"registered": number.birth_date, "typed": birth_date}
        found.append(Message(OTHER_BIRTH_DATE, dates))
    if sex in ("F", "M") and sex != number.sex:
        found.append(Message(OTHER_SEX))
    return tuple(found)


def _birth_date(number: str) -> date | None:
    year, month, day = int(number[2:4]), int(number[4:6]), int(number[6:8])
    century = 1900
    if month > _MONTHS_ADDED_FROM_2000:
        century, month = 2000, month - _MONTHS_ADDED_FROM_2000
    try:
        return date(century + year, month, day)
    except ValueError:
        return None
