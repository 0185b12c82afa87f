"""No cell of a file that we write is run by the spreadsheet that opens it."""

import pytest

from casework.rules.spreadsheet import as_typed, inert

RUN = [
    "=1+1",
    '=HYPERLINK("https://evil.example";"Бат")',
    "+976 9911 2233",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    "﹢1",
    "\tБат",
]
LEFT = ["", " ", "Бат", "12", "1 890 000", "a=b", "Б-д", "'", "'Бат", "2026-11-21", "…", "​"]


@pytest.mark.parametrize("cell", RUN)
def test_what_would_run_is_made_inert(cell: str) -> None:
    assert inert(cell) == f"'{cell}"
    assert inert(inert(cell)) == inert(cell)
    assert as_typed(inert(cell)) == cell


@pytest.mark.parametrize("cell", LEFT)
def test_everything_else_is_left_alone(cell: str) -> None:
    assert inert(cell) == cell
    assert as_typed(cell) == cell
