"""The gate: boarding codes."""

from blueprints.gate.routes import blueprint

__all__ = ["blueprint"]
