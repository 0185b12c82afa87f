"""A place in the order as a range: exact places change daily and would promise too much."""

from typing import Final

#: Up to a place, the width of the ranges.
_WIDTHS: Final = ((60, 10), (600, 60), (3_000, 300))
_WIDEST: Final = 1_000


def position_range(position: int) -> tuple[int, int]:
    """The range that a place, counted from 1, is told as: place 147 is "between 120 and 180"."""
    width = next((width for most, width in _WIDTHS if position <= most), _WIDEST)
    low = (position - 1) // width * width
    return max(low, 1), low + width
