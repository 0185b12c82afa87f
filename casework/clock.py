"""The only "now"."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

ULAANBAATAR = ZoneInfo("Asia/Ulaanbaatar")


def now() -> datetime:
    """This moment, with time zone UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Ulaanbaatar, where the ministry counts days."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day in Ulaanbaatar on which it happened."""
    return moment.astimezone(ULAANBAATAR).date()


def made_at(row_id: UUID) -> datetime:
    """When a row's id, a UUID of version 7, was made (RFC 9562), to the millisecond."""
    return datetime.fromtimestamp((row_id.int >> 80) / 1000, UTC)
