"""One line of a case's timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from casework.clock import ULAANBAATAR, made_at
from casework.messages import Message
from models.organisation import Organisation


@dataclass(frozen=True)
class TimelineItem:
    """Something that happened: `title` in a word or two, `detail` the rest of the line.

    `detail` is a Message, a code, a number, a day, or what somebody typed; None for nothing.
    `by` is the id of the user who did it, `organisation` whose doing or place it was, or None.
    `endpoint` and `arguments` name the page that shows the record.
    """

    at: datetime
    title: Message
    detail: object = None
    by: UUID | None = None
    organisation: Organisation | None = None
    endpoint: str | None = None
    arguments: Mapping[str, UUID] = field(default_factory=dict)


def on_day(day: date, made: UUID | None = None) -> datetime:
    """The moment by which something known only by its day is ordered.

    When the record of the id `made` was written on that very day, the moment of its writing; else
    noon in Ulaanbaatar.
    """
    written = made_at(made).astimezone(ULAANBAATAR) if made else None
    if written is not None and written.date() == day:
        return written
    return datetime.combine(day, time(12), ULAANBAATAR)


def end_of(day: date) -> datetime:
    """Behind everything else of the day."""
    return datetime.combine(day, time.max, ULAANBAATAR)
