"""The case file: summary, people, protection."""

from flask import Blueprint

from casework.policy import Permission
from casework.services.cases.timeline import timeline
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.unit import current_work
from models.case import Case

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases/<uuid:case_id>")
@requires(Permission.CASE_READ, of=Case)
def show(case: Case) -> str:
    """Summary: what is next, and everything that happened."""
    return render_case("cases/show.html", case, "cases.show", items=timeline(current_work(), case))
