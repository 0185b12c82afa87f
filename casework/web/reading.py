"""Reading what people type: days, amounts, addresses, numbers, in the ways people write them.

Every function raises ValueError with a sentence in the page's language that says what to write.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from casework.errors import InvalidInput
from casework.reference.dates import parsed_date
from casework.reference.identifiers import EMAIL
from casework.web.i18n import _, translate

AMOUNT = re.compile(
    r"(?P<whole>\d+|\d{1,3}(?:(?P<group>[ ,.'])\d{3})(?:(?P=group)\d{3})*)"
    r"(?:(?P<point>[.,])(?P<part>\d{1,2}))?"
)
PHONE = re.compile(r"\+?[\d\s()-]+")


def tidy(text: str) -> str:
    """`text` composed (NFC), without outer spaces; refuses signs that cannot be stored."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in composed if sign not in "\n\t"):
        raise ValueError(_("There is a sign here that cannot be stored. Type the text again."))
    return composed


def parse_date(text: str) -> date:
    """A day written year first or day first."""
    try:
        return parsed_date(text)
    except InvalidInput as wrong:
        raise ValueError(translate(wrong.message)) from None


def parse_amount(text: str) -> Decimal:
    """An amount with spaces, commas or points between thousands, and up to two decimals."""
    plain = re.sub(r"\s+", " ", text.replace("₮", "")).strip()
    match = AMOUNT.fullmatch(plain)
    if match is None or (match["group"] and match["group"] == match["point"]):
        raise ValueError(_("Write an amount like 1 890 000 or 1 890 000,50."))
    whole = re.sub(r"\D", "", match["whole"])
    return Decimal(f"{whole}.{match['part'] or '00'}")


def sent_number(text: str) -> int | None:
    """A number that a page of ours put into a link or a hidden input; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def parse_whole_number(text: str) -> int:
    """A whole number, spaces between its digits allowed."""
    digits = "".join(text.split())
    if not re.fullmatch(r"-?[0-9]{1,18}", digits):
        raise ValueError(_("Write a whole number, like 12."))
    return int(digits)


def parse_name(text: str) -> str:
    """A part of a name in any script, with single spaces."""
    name = " ".join(text.split())
    if not all(unicodedata.category(sign)[0] in "LM" or sign in " -–'’ʼ." for sign in name):
        raise ValueError(_("A name has letters, spaces and hyphens only."))
    return name


def parse_email(text: str) -> str:
    """An e-mail address, in lower case."""
    if not EMAIL.fullmatch(text):
        raise ValueError(_("Write an e-mail address like name@example.org."))
    return text.lower()


def parse_phone(text: str) -> str:
    """A telephone number of 4 to 15 digits, as it was typed."""
    digits = sum(sign.isdigit() for sign in text)
    if not PHONE.fullmatch(text) or not 4 <= digits <= 15:
        raise ValueError(_("Write a telephone number in digits, like +976 9911 2233."))
    return text
