"""Making somebody of a case private from the rest of the household."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from blueprints.cases.blueprint import blueprint
from blueprints.cases.forms import PrivacyForm
from casework.policy import Permission
from casework.services.people.reveal import people_of, person_among
from casework.services.requests.privacy import member_in_case, set_private_in_case
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.case import Case


@blueprint.route("/cases/<uuid:case_id>/people/<uuid:person_id>/privacy", methods=["GET", "POST"])
@requires(Permission.CASE_UPDATE, of=Case)
def privacy(case: Case, person_id: UUID) -> ResponseReturnValue:
    """Private from the household, or no longer."""
    work = current_work()
    member = member_in_case(work, case, person_among(people_of(case), person_id))
    form = PrivacyForm(private=member.private, version=member.version)
    response = save(
        form,
        lambda: set_private_in_case(work, case, member, form.private.data, form.version.data),
        lambda _nothing: url_for("cases.people", case_id=case.id),
        _("Saved."),
    )
    return response or render_case(
        "cases/privacy.html", case, "cases.people", form=form, member=member
    )
