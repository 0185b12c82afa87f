"""Who else may read a case, and who must not."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from blueprints.cases.blueprint import blueprint
from blueprints.cases.forms import chosen, exclusion_form, sharing_form
from casework.policy import Permission
from casework.services.cases.assignment import exclude_user, lift_exclusion
from casework.services.cases.sharing import end_sharing, partners, share_case
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_actor, current_work
from models.case import Case


@blueprint.route("/cases/<uuid:case_id>/share", methods=["GET", "POST"])
@requires(Permission.CASE_UPDATE, of=Case)
def share(case: Case) -> ResponseReturnValue:
    """Let a partner organisation read the case until a day."""
    work, form = current_work(), sharing_form(case)
    response = save(
        form,
        lambda: share_case(
            work, case, chosen(partners(work, case), form["organisation"].data), form["until"].data
        ),
        lambda _grant: url_for("cases.protection", case_id=case.id),
        _("The organisation can read the case now."),
    )
    return response or render_case("cases/share.html", case, "cases.protection", form=form)


@blueprint.post("/cases/<uuid:case_id>/grants/<uuid:grant_id>/end")
@requires(Permission.CASE_UPDATE, of=Case)
def unshare(case: Case, grant_id: UUID) -> ResponseReturnValue:
    """Close the case to a partner."""
    return perform(
        lambda: end_sharing(current_work(), case, grant_id),
        url_for("cases.protection", case_id=case.id),
        _("The organisation can no longer read the case."),
    )


@blueprint.route("/cases/<uuid:case_id>/exclusions/new", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN, of=Case)
def exclude(case: Case) -> ResponseReturnValue:
    """Keep somebody with a conflict of interest from the case."""
    form = exclusion_form(case)
    response = save(
        form,
        lambda: exclude_user(current_work(), case, UUID(form["user"].data)),
        lambda exclusion: _after_exclusion(case, exclusion.user_id),
        _("This user will never see the case."),
    )
    return response or render_case("cases/exclude.html", case, "cases.protection", form=form)


def _after_exclusion(case: Case, user_id: UUID) -> str:
    """Whoever declares a conflict of her own has no case to go back to."""
    if user_id == current_actor().id:
        return url_for("cases.index")
    return url_for("cases.protection", case_id=case.id)


@blueprint.post("/cases/<uuid:case_id>/exclusions/<uuid:exclusion_id>/lift")
@requires(Permission.CASE_ASSIGN, of=Case)
def include(case: Case, exclusion_id: UUID) -> ResponseReturnValue:
    """The conflict of interest is over."""
    return perform(
        lambda: lift_exclusion(current_work(), case, exclusion_id),
        url_for("cases.protection", case_id=case.id),
        _("The conflict of interest is lifted."),
    )
