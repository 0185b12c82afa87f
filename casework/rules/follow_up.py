"""When people are visited after help was given.

The intervals are data (`data/follow_up_schedule.json`) and provisional: no published
rule gives them.
"""

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_SCHEDULE = Path(__file__).parent / "data" / "follow_up_schedule.json"


@dataclass(frozen=True)
class Schedule:
    """Months after the plan was approved; `provisional` until an authority confirms them."""

    months: tuple[int, ...]
    provisional: bool

    def days(self, start: date) -> list[date]:
        """The day of each visit, counted from `start`."""
        return [months_after(start, months) for months in self.months]


@cache
def schedule() -> Schedule:
    """The intervals in use."""
    data = json.loads(_SCHEDULE.read_text(encoding="utf-8"))
    return Schedule(tuple(data["months"]), data["provisional"])


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last: 31 January and a month, 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
