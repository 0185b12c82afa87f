"""Unusual activity of accounts, for the protection officer."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.policy import Permission
from casework.rules.need_to_know import limits
from casework.services import activity as watched
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform
from casework.web.unit import current_work, database
from models.activity import ActivityAlert

blueprint = Blueprint("activity", __name__)


@blueprint.get("/activity")
@requires(Permission.CONCERN_READ)
def index() -> str:
    """Accounts that did unusually much, with the figures, and what counts as usual."""
    return render_template(
        "protection/activity.html",
        alerts=watched.list_alerts(current_work()),
        limits=limits(database().settings.limits),
    )


@blueprint.post("/activity/<uuid:activity_alert_id>/seen")
@requires(Permission.CONCERN_READ, of=ActivityAlert)
def seen(alert: ActivityAlert) -> ResponseReturnValue:
    """The officer has looked at it."""
    return perform(
        lambda: watched.look_at(current_work(), alert), url_for("activity.index"), _("Noted.")
    )
