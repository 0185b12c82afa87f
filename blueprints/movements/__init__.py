"""Movements and offers."""

from blueprints.movements.allocation_routes import blueprint
from blueprints.movements.arrival_routes import blueprint as arrivals
from blueprints.movements.convoy_routes import blueprint as convoy
from blueprints.movements.offer_routes import blueprint as offers
from blueprints.movements.paper_routes import blueprint as papers
from blueprints.movements.terms_routes import blueprint as terms

__all__ = ["arrivals", "blueprint", "convoy", "offers", "papers", "terms"]
