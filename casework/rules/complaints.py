"""How long a person waits for the answer to a complaint.

The days are data (`data/complaint_rules.json`) and provisional until verified by law.
"""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from casework.rules.subject_requests import Haste

_RULES = Path(__file__).parent / "data" / "complaint_rules.json"


@cache
def _days() -> tuple[int, int]:
    data = json.loads(_RULES.read_text(encoding="utf-8"))
    return data["days"], data["amber_days"]


def answer_by(received: date) -> date:
    """The last day to answer."""
    return received + timedelta(days=_days()[0])


def haste(due: date, on: date) -> Haste:
    """How an open complaint stands on a day."""
    if on > due:
        return Haste.OVERDUE
    return Haste.SOON if due - on <= timedelta(days=_days()[1]) else Haste.IN_TIME
