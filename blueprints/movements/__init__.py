"""Movements and offers."""

from blueprints.movements.allocation_routes import blueprint
from blueprints.movements.arrival_routes import blueprint as arrivals
from blueprints.movements.offer_routes import blueprint as offers
from blueprints.movements.paper_routes import blueprint as papers

__all__ = ["arrivals", "blueprint", "offers", "papers"]
