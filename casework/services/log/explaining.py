"""Explaining, in the log, a moment that does not fit its place."""

from enum import StrEnum

from audit.record import Act
from audit.verify import TIME_EXPLAINED
from casework.services.work import Work
from casework.vocabulary import Purpose


class TimeReason(StrEnum):
    """Why an entry is dated before one ahead of it."""

    CLOCK_SET_BACK = "clock_set_back"
    COMMITTED_LATE = "committed_late"


def explain_time(work: Work, position: int, reason: TimeReason) -> None:
    """From now on verification counts the backstep at `position` as explained."""
    facts = {"position": position, "reason": reason.value}
    work.record(Act(TIME_EXPLAINED, Purpose.PROTECTION, facts=facts))
