from blueprints.referrals import sending_routes
from blueprints.referrals.routes import blueprint

__all__ = ["blueprint", "sending_routes"]
