"""Who may open protected records, and asking that this change."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.approvals.blueprint import blueprint
from blueprints.approvals.forms import ReasonForm
from casework.policy import Permission
from casework.services.approvals.asking import waiting_for
from casework.services.approvals.clearance import ask_clearance, colleagues
from casework.vocabulary import ApprovalKind
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_actor, current_work
from models.user import User


@blueprint.get("/clearances")
@requires(Permission.CLEARANCE_GRANT)
def clearances() -> str:
    """Colleagues who work on cases, cleared or not."""
    work = current_work()
    users = colleagues(work)
    waiting = {user.id for user in users if waiting_for(work, ApprovalKind.CLEARANCE, user)}
    return render_template(
        "approvals/clearances.html", users=users, waiting=waiting, me=current_actor().id
    )


@blueprint.route("/clearances/<uuid:user_id>", methods=["GET", "POST"])
@requires(Permission.CLEARANCE_GRANT, of=User, step_up=True)
def ask_for_clearance(user: User) -> ResponseReturnValue:
    """Ask that a colleague be cleared, or that her clearance end."""
    form = ReasonForm()
    response = save(
        form,
        lambda: ask_clearance(current_work(), user, form.reason.data),
        lambda _approval: url_for("approvals.clearances"),
        _("A second person now decides."),
    )
    return response or render_template("approvals/ask_clearance.html", form=form, user=user)
