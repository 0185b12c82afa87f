from blueprints.plans import assessment_routes
from blueprints.plans.routes import blueprint

__all__ = ["assessment_routes", "blueprint"]
