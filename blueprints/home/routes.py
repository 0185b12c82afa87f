"""Each role's first page: what waits for her today."""

from collections.abc import Callable

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from casework.services.administration.home import administrator_home
from casework.services.cases.home import caseworker_home, supervisor_home
from casework.services.movements.reading import desk_home
from casework.services.protection.home import protection_home
from casework.services.quarantine.home import quarantine_home
from casework.services.referrals.home import partner_home
from casework.services.requests.home import officer_home
from casework.services.statistics.figures import read_figures
from casework.services.work import Work
from casework.vocabulary import Role
from casework.web.access import signed_in
from casework.web.unit import current_actor, current_work

blueprint = Blueprint("home", __name__)

#: What each role's page shows, given to `home/<role>.html` as `home`.
HOMES: dict[Role, Callable[[Work], object]] = {
    Role.CONSULAR_OFFICER: officer_home,
    Role.CONSULAR_DESK: desk_home,
    Role.QUARANTINE_OFFICER: quarantine_home,
    Role.CASEWORKER: caseworker_home,
    Role.SUPERVISOR: supervisor_home,
    Role.PARTNER_WORKER: partner_home,
    Role.PARTNER_COORDINATOR: partner_home,
    Role.PROTECTION_OFFICER: protection_home,
    Role.ANALYST: read_figures,
    Role.ADMINISTRATOR: administrator_home,
}


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """What waits for this user."""
    role = current_actor().role
    if role is None or role not in HOMES:
        return render_template("home/index.html")
    return render_template(f"home/{role.value}.html", home=HOMES[role](current_work()))
