"""How long what two decide may wait, how long an emergency opens a case, what is unusual activity.

The figures are data (`data/need_to_know.json`) and provisional: no published rule gives them. An
installation's own stand in a file of the same form, named by the setting CASEWORK_LIMITS.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from casework.vocabulary import ActivityKind

_LIMITS = Path(__file__).parent / "data" / "need_to_know.json"


@dataclass(frozen=True)
class Threshold:
    """More than `threshold` acts of this kind by one account within `minutes` are unusual."""

    kind: ActivityKind
    minutes: int
    threshold: int


@dataclass(frozen=True)
class Limits:
    """The figures in use; `provisional` until somebody in charge has confirmed them.

    `refusals` of an emergency opening within `refusals_within` close that way for a while.
    """

    provisional: bool
    approval: timedelta
    download: timedelta
    break_glass: timedelta
    review: timedelta
    refusals: int
    refusals_within: timedelta
    activity: tuple[Threshold, ...]


@cache
def limits(path: Path | None = None) -> Limits:
    """The figures of an installation's own file, or those that came with the product.

    Raises KeyError or ValueError when the file is not of this form. An emergency never opens a
    case for longer than an hour, whatever the file says.
    """
    data = json.loads((path or _LIMITS).read_text(encoding="utf-8"))
    return Limits(
        provisional=data["provisional"],
        approval=timedelta(days=data["approval_days"]),
        download=timedelta(hours=data["download_hours"]),
        break_glass=min(timedelta(minutes=data["break_glass_minutes"]), timedelta(hours=1)),
        review=timedelta(days=data["break_glass_review_days"]),
        refusals=data["break_glass_refusals"],
        refusals_within=timedelta(minutes=data["break_glass_refusals_minutes"]),
        activity=tuple(
            Threshold(ActivityKind(one["kind"]), one["minutes"], one["threshold"])
            for one in data["activity"]
        ),
    )
