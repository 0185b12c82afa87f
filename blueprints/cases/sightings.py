"""Who saw this: everybody who opened a case file, what for, and each opening."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from blueprints.cases.blueprint import blueprint
from casework.policy import Permission
from casework.services.cases import who_saw as seen
from casework.vocabulary import Purpose
from casework.web.access import requires
from casework.web.case_file import case_acts, page_name
from casework.web.fields import ChoiceField, OptionField
from casework.web.forms import FilterForm
from casework.web.i18n import _l
from casework.web.unit import current_work
from models.case import Case


@blueprint.get("/cases/<uuid:case_id>/who-saw")
@requires(Permission.CASE_WHO_SAW, of=Case)
def who_saw(case: Case) -> str:
    """Everybody who opened this file. Shows no name of the people in it."""
    work = current_work()
    readers = seen.readers(work, case)
    form = _filters(readers)
    found = seen.who_saw(work, case, request.args.get("after", type=UUID), _wanted(form))
    shown, more = found[: seen.PAGE], len(found) > seen.PAGE
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("by", "purpose") if form[name].data
    }
    return render_template(
        "cases/who_saw.html",
        case=case,
        form=form,
        readers=readers,
        sightings=[(one, page_name(one.page)) for one in shown],
        next=url_for("cases.who_saw", case_id=case.id, after=shown[-1].id, **kept)
        if more
        else None,
        acts=case_acts(case),
    )


def _filters(readers: list[seen.Reader]) -> FilterForm:
    users = [(str(one.user.id), one.user.name) for one in readers if one.user]

    class Openings(FilterForm):
        by = OptionField(_l("Who"), options=lambda: users, required=False)
        purpose = ChoiceField(_l("Purpose"), Purpose, as_list=True, required=False)

    return Openings(request.args)


def _wanted(form: FilterForm) -> seen.Wanted:
    if not form.validate():
        return seen.Wanted()
    return seen.Wanted(UUID(form["by"].data) if form["by"].data else None, form["purpose"].data)
