"""Cells of files that people open in a spreadsheet."""

import unicodedata
from typing import Final

#: What begins a formula, and what spreadsheets drop before one.
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_UNSEEN: Final = ("Cc", "Cf", "Zs", "Zl", "Zp")


def inert(cell: str) -> str:
    """`cell` with an apostrophe before it where a spreadsheet would run it as a formula.

    Also behind blanks, and with full-width signs, which some spreadsheets read as plain ones.
    Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{cell}" if _runs(cell) else cell


def as_typed(cell: str) -> str:
    """`cell` without the apostrophe that `inert`, or a careful person, put before it."""
    return cell[1:] if cell.startswith("'") and _runs(cell[1:]) else cell


def _runs(cell: str) -> bool:
    if cell.startswith(_FORMULA_SIGNS):
        return True
    seen = next((sign for sign in cell if unicodedata.category(sign) not in _UNSEEN), "")
    return unicodedata.normalize("NFKC", seen).startswith(_FORMULA_SIGNS)
