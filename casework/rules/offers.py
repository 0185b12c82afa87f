"""How long an offer of a seat and a bed waits for its answer."""

from datetime import date, datetime, time, timedelta

from casework.clock import ULAANBAATAR
from casework.messages import N_, Message

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def closing_time(departs_on: date, closes_at: datetime | None) -> datetime:
    """When answers can no longer be given: as set, and at the end of the day of departure."""
    departed = datetime.combine(departs_on + DAY, time.min, ULAANBAATAR)
    return min(closes_at, departed) if closes_at else departed


def offer_ends(sent_at: datetime, lifetime: timedelta, closing: datetime) -> datetime:
    """The end of an offer sent now: after its lifetime, and never past the closing time."""
    return min(sent_at + lifetime, closing)


def time_left(ends_at: datetime, now: datetime) -> Message:
    """What is left of an offer, as one says it; whole units, rounded down."""
    left = ends_at - now
    if left <= timedelta(0):
        return Message(N_("over"))
    if left < HOUR:
        return Message(N_("%(n)s minutes left"), {"n": max(1, left // MINUTE)})
    if left < 2 * DAY:
        return Message(N_("%(n)s hours left"), {"n": left // HOUR})
    return Message(N_("%(n)s days left"), {"n": left // DAY})
