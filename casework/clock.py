"""The only "now"."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ULAANBAATAR = ZoneInfo("Asia/Ulaanbaatar")


def now() -> datetime:
    """This moment, with time zone UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Ulaanbaatar, where the ministry counts days."""
    return now().astimezone(ULAANBAATAR).date()
