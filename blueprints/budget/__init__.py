from blueprints.budget.routes import blueprint

__all__ = ["blueprint"]
