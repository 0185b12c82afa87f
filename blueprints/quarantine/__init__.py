"""Facilities, rooms, the round and the stays."""

from blueprints.quarantine import (
    capacity_routes,
    cost_routes,
    facility_routes,
    sample_routes,
    stay_routes,
)
from blueprints.quarantine.routes import blueprint

__all__ = [
    "blueprint",
    "capacity_routes",
    "cost_routes",
    "facility_routes",
    "sample_routes",
    "stay_routes",
]
