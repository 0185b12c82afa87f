"""The returnee's own pages, and what comes of them at the missions."""

from blueprints.public.ask_routes import blueprint as ask
from blueprints.public.status_routes import blueprint as status
from blueprints.public.told_routes import blueprint as told

__all__ = ["ask", "status", "told"]
