"""Documents of a case or a return request."""

from blueprints.documents.routes import blueprint

__all__ = ["blueprint"]
