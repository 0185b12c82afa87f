"""Small cells of a published table are withheld, so that nobody in it can be told apart."""

from collections.abc import Mapping
from typing import TypeVar

#: A count below this, but above nothing, is not shown.
SMALLEST_SHOWN = 5

K = TypeVar("K")


def suppressed(counts: Mapping[K, int]) -> dict[K, int | None]:
    """`counts` with small cells as None.

    One hidden cell could be worked out from the total, so the next smallest is then hidden too.
    """
    hidden = {key for key, count in counts.items() if 0 < count < SMALLEST_SHOWN}
    others = [key for key, count in counts.items() if count and key not in hidden]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda key: counts[key]))
    return {key: None if key in hidden else count for key, count in counts.items()}


def shown_total(counts: Mapping[K, int]) -> int | None:
    """The sum of `counts`, None where it is small or is itself the only way to a hidden cell."""
    total = sum(counts.values())
    filled = [count for count in counts.values() if count]
    lone = len(filled) == 1 and filled[0] < SMALLEST_SHOWN
    return None if lone or 0 < total < SMALLEST_SHOWN else total
