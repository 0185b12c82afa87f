"""Pages by area; each blueprint stands alone."""

from blueprints.auth.routes import blueprint as auth
from blueprints.cases.routes import blueprint as cases
from blueprints.consent.routes import blueprint as consent
from blueprints.directory.routes import blueprint as directory
from blueprints.home.routes import blueprint as home
from blueprints.referrals import blueprint as referrals

BLUEPRINTS = (auth, cases, consent, directory, home, referrals)
