"""How long a person waits for an answer about her own data.

The days are data (`data/subject_request_rules.json`) and provisional until verified by law.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from casework.rules.workflow import SUBJECT_REQUEST
from casework.vocabulary import SubjectRequestKind, SubjectRequestState

_RULES = Path(__file__).parent / "data" / "subject_request_rules.json"

OPEN = tuple(state for state in SubjectRequestState if not SUBJECT_REQUEST.is_final(state))


class Haste(StrEnum):
    """How near the day is by which a request must be answered."""

    IN_TIME = "in_time"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Deadlines:
    """Days from the day a request came; `amber_days` before the last one it needs an eye."""

    days: Mapping[SubjectRequestKind, int]
    extension_days: int
    amber_days: int
    provisional: bool

    @property
    def by_name(self) -> dict[str, int]:
        """Days by the code of what is asked, to be put into a sentence."""
        return {kind.value: count for kind, count in self.days.items()}

    def due(self, kind: SubjectRequestKind, received: date) -> date:
        """The last day to answer."""
        return received + timedelta(days=self.days[kind])

    def extended(self, due: date) -> date:
        """The last day after the one extension."""
        return due + timedelta(days=self.extension_days)

    def haste(self, due: date, on: date) -> Haste:
        """How an open request stands on a day."""
        if on > due:
            return Haste.OVERDUE
        return Haste.SOON if due - on <= timedelta(days=self.amber_days) else Haste.IN_TIME


@cache
def deadlines() -> Deadlines:
    """The days in use."""
    data = json.loads(_RULES.read_text(encoding="utf-8"))
    days = {SubjectRequestKind(kind): count for kind, count in data["days"].items()}
    return Deadlines(days, data["extension_days"], data["amber_days"], data["provisional"])
