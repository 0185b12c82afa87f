"""Finding people."""

from blueprints.people.routes import blueprint

__all__ = ["blueprint"]
