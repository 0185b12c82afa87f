"""A figure of the evidence: what it counts, whether it is as it should be, and where it leads."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from casework import clock
from casework.messages import Message
from casework.services.work import Work
from models.base import Base

Clause = ColumnElement[bool]

#: How far back "lately" reaches.
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Link:
    """The page that shows what a figure counts: an endpoint and its arguments."""

    endpoint: str
    arguments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """`sound` is None where the principle wants no particular value."""

    text: Message
    sound: bool | None = None
    link: Link | None = None


def said(
    text: str, link: Link | None = None, sound: bool | None = None, **values: object
) -> Figure:
    """A figure that says `text`."""
    return Figure(Message(text, values), sound, link)


def wanted_none(text: str, n: int, link: Link | None = None) -> Figure:
    """A figure that should be 0; `text` has a place %(n)s."""
    return Figure(Message(text, {"n": n}), n == 0, link)


def count(work: Work, model: type[Base], *where: Clause | InstrumentedAttribute[bool]) -> int:
    """How many rows of `model` meet every clause."""
    return work.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def in_log(**filters: str) -> Link:
    """The log's page with these filters, which name nobody."""
    return Link("log.index", filters)


def lately() -> dict[str, str]:
    """The filter of the log for the last 30 days."""
    return {"since": (clock.today() - LATELY).isoformat()}
