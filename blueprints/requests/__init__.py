"""Return requests: registering, the list, one request, its steps, changing it, the queue."""

from blueprints.requests import changing, privacy, queueing, registering, showing, steps
from blueprints.requests.blueprint import blueprint

__all__ = ["blueprint", "changing", "privacy", "queueing", "registering", "showing", "steps"]
