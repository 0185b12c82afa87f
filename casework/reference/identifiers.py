"""Passport numbers, telephone numbers and e-mail addresses in the one form they are matched by."""

import re
import unicodedata

from casework.messages import N_, Message

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015./_()]+")
_PASSPORT = re.compile(r"[A-Z]{1,2}[0-9]{6,8}")
#: Without the signs that make a header a list, a quotation or a comment.
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[\w-]+(\.[\w-]+)+")
_CYRILLIC_LOOK_ALIKES = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")
_MONGOLIA = "+976"
_NATIONAL_DIGITS = 8
_PHONE_DIGITS = range(5, 16)

UNUSUAL_PASSPORT = N_(
    "A Mongolian passport number is usually the letter E and seven digits. "
    "Check it; it is kept as typed."
)
WRONG_PHONE = N_(
    "A telephone number has 5 to 15 digits, with + and the country code when abroad, "
    "such as +82 10 1234 5678."
)
WRONG_EMAIL = N_("An e-mail address looks like name@example.org.")


def passport_number(text: str) -> str:
    """Return a passport number as printed: capitals, no separators, Cyrillic look-alikes Latin."""
    compact = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return compact.translate(_CYRILLIC_LOOK_ALIKES)


def passport_warning(text: str) -> Message | None:
    """Return a warning when `text` is no usual Mongolian passport number; never a block.

    The published shape is not confirmed, and a person may hold another country's passport.
    """
    return None if _PASSPORT.fullmatch(passport_number(text)) else Message(UNUSUAL_PASSPORT)


def phone_number(text: str) -> str:
    """Return a telephone number as +country and digits; eight digits alone are Mongolian.

    A number with 00 or + keeps its country code. Any other is returned as bare digits.
    """
    compact = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    digits = "".join(letter for letter in compact if letter in "0123456789")
    if compact.startswith("+"):
        return f"+{digits}"
    if compact.startswith("00"):
        return f"+{digits[2:]}"
    if len(digits) == _NATIONAL_DIGITS:
        return _MONGOLIA + digits
    return digits


def phone_problem(text: str) -> Message | None:
    """Return why `text` cannot be dialled, or None when it can."""
    digits = phone_number(text).removeprefix("+")
    letters = any(letter.isalpha() for letter in text)
    return Message(WRONG_PHONE) if letters or len(digits) not in _PHONE_DIGITS else None


def email_address(text: str) -> str:
    """Return an e-mail address trimmed and case-folded."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def email_problem(text: str) -> Message | None:
    """Return why `text` is no e-mail address, or None when it looks like one."""
    return None if EMAIL.fullmatch(email_address(text)) else Message(WRONG_EMAIL)
