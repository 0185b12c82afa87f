"""What two people decide together, and what one is told at once."""

from blueprints.approvals import clearances, exports, overrides, routes
from blueprints.approvals.blueprint import blueprint

__all__ = ["blueprint", "clearances", "exports", "overrides", "routes"]
