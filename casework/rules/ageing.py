"""How long a household may wait in a state: in time, look soon, late.

The days are data (`data/ageing_rules.json`), counted from the day the household asked, and
provisional. A state without days never is late.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from casework.vocabulary import RequestAge, RequestState

_RULES = Path(__file__).parent / "data" / "ageing_rules.json"


@dataclass(frozen=True)
class AgeLimits:
    """From which day on somebody should look soon, and from which it is late."""

    soon: int
    late: int

    def age(self, days: int) -> RequestAge:
        """How a wait of so many days stands."""
        if days >= self.late:
            return RequestAge.LATE
        return RequestAge.LOOK_SOON if days >= self.soon else RequestAge.IN_TIME

    def asked_by(self, age: RequestAge, today: date) -> date:
        """Whoever asked on this day or before is of this age at least."""
        days = {RequestAge.IN_TIME: 0, RequestAge.LOOK_SOON: self.soon, RequestAge.LATE: self.late}
        return today - timedelta(days=days[age])


@cache
def age_limits() -> Mapping[RequestState, AgeLimits]:
    """The limits of every state that has some."""
    states = json.loads(_RULES.read_text(encoding="utf-8"))["states"]
    return {RequestState(code): AgeLimits(**days) for code, days in states.items()}


def request_age(state: RequestState, days: int) -> RequestAge | None:
    """How a request in `state` stands after so many days; None when the state has no limits."""
    limits = age_limits().get(state)
    return limits.age(days) if limits else None
