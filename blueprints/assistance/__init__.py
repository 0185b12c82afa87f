from blueprints.assistance.routes import blueprint

__all__ = ["blueprint"]
