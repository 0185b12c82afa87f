"""Trying whether a backup can be restored: when it was done, and whether it worked.

The log itself is the register; `casework protection drill` writes it where the backup is restored.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.work import Work
from casework.vocabulary import DrillOutcome, Purpose
from models.audit import AuditEntry

RECORDED: Final = "backup.drill_recorded"
#: After this a drill proves nothing any more. Provisional.
STALE_DRILL: Final = timedelta(days=180)


@dataclass(frozen=True)
class Drill:
    """One attempt to restore a backup."""

    on: date
    outcome: DrillOutcome


def record_drill(work: Work, on: date, outcome: DrillOutcome) -> None:
    """Write a drill down; InvalidInput for a day to come."""
    if on > clock.today():
        raise InvalidInput(N_("A drill is recorded after it was done, not before."), "on")
    facts: dict[str, object] = {"day": on.isoformat(), "outcome": outcome.value}
    work.record(Act(RECORDED, Purpose.ADMINISTRATION, facts=facts))


def last_drill(work: Work) -> Drill | None:
    """The newest drill."""
    body = work.session.scalar(
        select(AuditEntry.body)
        .where(AuditEntry.event == RECORDED)
        .order_by(AuditEntry.at.desc())
        .limit(1)
    )
    if body is None:
        return None
    facts = json.loads(body)["facts"]
    return Drill(date.fromisoformat(facts["day"]), DrillOutcome(facts["outcome"]))
