"""Facilities, rooms, the round and the stays."""

from blueprints.quarantine import facility_routes, stay_routes
from blueprints.quarantine.routes import blueprint

__all__ = ["blueprint", "facility_routes", "stay_routes"]
