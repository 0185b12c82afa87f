"""The register, and one request."""

from datetime import date

from flask import render_template, request, url_for

from blueprints.rights.blueprint import blueprint
from blueprints.rights.forms import proposal_rows
from casework.policy import Permission
from casework.rules.subject_requests import OPEN, deadlines
from casework.services.access import allowed
from casework.services.rights import erasing, register
from casework.services.rights.reading import haste_of, read_request, steps_of
from casework.vocabulary import SubjectRequestKind, SubjectRequestState
from casework.web.access import requires
from casework.web.unit import current_work
from models.rights import SubjectRequest


@blueprint.get("/data-requests")
@requires(Permission.SUBJECT_REQUEST_FULFIL)
def index() -> str:
    """Requests that wait for an answer, the most overdue first."""
    work = current_work()
    found = register.open_requests(work, _after(request.args.get("after", "")))
    shown = found[: register.PAGE]
    more = shown[-1] if len(found) > register.PAGE else None
    following = url_for("rights.index", after=f"{more.due_on}~{more.number}") if more else None
    return render_template(
        "rights/index.html",
        rows=shown,
        counts=register.count_requests(work),
        ended=register.ended_requests(work) if not request.args else (),
        haste_of=haste_of,
        next=following,
        rules=deadlines(),
    )


def _after(text: str) -> tuple[date, str] | None:
    day, _tilde, number = text.partition("~")
    try:
        return date.fromisoformat(day), number
    except ValueError:
        return None


@blueprint.get("/data-requests/<uuid:subject_request_id>")
@requires(Permission.SUBJECT_REQUEST_FULFIL, of=SubjectRequest)
def show(row: SubjectRequest) -> str:
    """One request: whose, what is asked, what is next."""
    work = current_work()
    erasure = erasing.done_for(work, row)
    view = read_request(work, row)
    erasing_kind = row.kind is SubjectRequestKind.ERASURE
    going_on = erasing_kind and erasure is None and row.state in OPEN
    return render_template(
        "rights/show.html",
        row=row,
        view=view,
        proposals=proposal_rows(view.proposed),
        open=row.state in OPEN,
        checked=row.state is not SubjectRequestState.RECEIVED,
        steps=steps_of(work, row),
        holds=erasing.holds_of(work, row),
        erasure=erasure,
        against=erasing.stands_against(work, row) if going_on else (),
        waits=erasing_kind and erasing.waits_for_approval(work, row),
        may_erase=allowed(work, Permission.SUBJECT_REQUEST_ERASE, row),
        rules=deadlines(),
    )
