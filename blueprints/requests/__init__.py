"""Return requests: registering, the list, one request, its steps, changing it, the queue."""

from blueprints.requests import (
    changing,
    drafts,
    importing,
    joining,
    merging,
    privacy,
    queueing,
    registering,
    showing,
    steps,
    travelling,
)
from blueprints.requests.blueprint import blueprint

__all__ = [
    "blueprint",
    "changing",
    "drafts",
    "importing",
    "joining",
    "merging",
    "privacy",
    "queueing",
    "registering",
    "showing",
    "steps",
    "travelling",
]
