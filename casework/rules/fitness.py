"""Fitness to travel on the day of departure, as far as a rule can say it."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from casework.rules.age import weeks_pregnant

_DATA = Path(__file__).with_name("data") / "carrier_limits.json"


@cache
def _limits() -> tuple[tuple[date, int], ...]:
    """(from when, last completed week of pregnancy that is carried), oldest first."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    return tuple(
        sorted(
            (date.fromisoformat(limit["applies_from"]), limit["last_week"])
            for limit in data["limits"]
        )
    )


def may_travel(due_date: date | None, departure: date) -> bool:
    """Whether carriers take a traveller whose child is due on `due_date`, or who expects none.

    A pregnancy whose week cannot be told (over, or not begun) is no obstacle.
    """
    weeks = weeks_pregnant(due_date, departure) if due_date else None
    if weeks is None:
        return True
    in_force = [last for applies_from, last in _limits() if applies_from <= departure]
    return not in_force or weeks <= in_force[-1]
