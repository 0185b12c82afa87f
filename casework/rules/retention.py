"""How long data are kept after what they served has ended.

The years are data (`data/retention_rules.json`), one for each purpose, and provisional until
verified by law.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from casework.vocabulary import Purpose

_RULES = Path(__file__).parent / "data" / "retention_rules.json"


@dataclass(frozen=True)
class RetentionRules:
    """Years by purpose; officers are told `notice_days` before a period ends."""

    years: Mapping[Purpose, int]
    notice_days: int
    provisional: bool

    def kept_until(self, purpose: Purpose, ended: date) -> date:
        """The last day on which data of what `ended` then are kept."""
        year = ended.year + self.years[purpose]
        try:
            return ended.replace(year=year)
        except ValueError:  # 29 February
            return date(year, 2, 28)

    def ended_before(self, purpose: Purpose, on: date) -> date:
        """What ended before this day is past its period on the day `on`."""
        try:
            return on.replace(year=on.year - self.years[purpose])
        except ValueError:  # 29 February
            return date(on.year - self.years[purpose], 3, 1)

    def as_data(self) -> dict[str, Any]:
        """The rules as they are kept with a disposal."""
        years = {purpose.value: count for purpose, count in self.years.items()}
        return {"years": years, "provisional": self.provisional}

    @property
    def notice(self) -> timedelta:
        """How long before the end officers are told."""
        return timedelta(days=self.notice_days)


@cache
def retention_rules() -> RetentionRules:
    """The rules in use."""
    data = json.loads(_RULES.read_text(encoding="utf-8"))
    years = {Purpose(purpose): count for purpose, count in data["years"].items()}
    return RetentionRules(years, data["notice_days"], data["provisional"])
