"""Two requests of one household side by side: what stays is chosen, then they are one."""

from typing import Any, Final

from flask import redirect, render_template, url_for
from flask import request as page
from flask.typing import ResponseReturnValue

from blueprints.requests.blueprint import blueprint
from blueprints.requests.forms import HouseholdForm, MemberForm
from casework.errors import CaseworkError
from casework.policy import Permission
from casework.services.people.reveal import revealed_to
from casework.services.requests import merging
from casework.services.rights.restriction import needs_reason
from casework.services.work import Work
from casework.web.access import requires
from casework.web.fields import TextField
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _, _l, translate
from casework.web.restricted import reason_url
from casework.web.saving import answer_shown, save
from casework.web.unit import current_work
from models.person import Person
from models.return_request import ReturnRequest

#: Shown only once the identifiers of both people were opened.
COVERED: Final = (
    *("birth_date", "register_number", "passport_number", "phone", "email"),
    *("safe_contact", "may_write"),
)


class MergeForm(CaseworkForm):
    """What goes over is ticked beside each value, as `take`."""


class IntoForm(FilterForm):
    """The request that stays."""

    into = TextField(_l("Number of the request that stays"), max_length=32)


@blueprint.route("/requests/<uuid:request_id>/merge", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_MERGE, of=ReturnRequest)
def merge(request: ReturnRequest) -> ResponseReturnValue:
    """Merge this request into the one of the number in `into`."""
    work, form, asked = current_work(), MergeForm(version=request.version), IntoForm(page.values)
    stays = merging.find_other(work, request, page.values.get("into", ""))
    if stays is None:
        return render_template("requests/merge_into.html", form=asked, request_=request)
    if needs_reason(work, stays):
        return redirect(reason_url(stays))
    taken = page.form.getlist("take")
    response = save(
        form,
        lambda: merging.merge_requests(work, stays, request, taken, form.version.data),
        lambda _row: url_for("requests.show", request_id=stays.id),
        _("The requests are merged. Restoring the other one gives back what nobody changed since."),
    )
    return response or render_template(
        "requests/merge.html",
        form=form,
        request_=request,
        stays=stays,
        obstacle=_obstacle(work, stays, request),
        parts=_parts(work, stays, request),
        taken=taken,
    )


def _obstacle(work: Work, stays: ReturnRequest, merged: ReturnRequest) -> str | None:
    try:
        merging.check_mergeable(work, stays, merged)
    except CaseworkError as error:
        return translate(error.message)
    return None


def _parts(work: Work, stays: ReturnRequest, merged: ReturnRequest) -> list[dict[str, Any]]:
    """The household, then each person: label, both values and the name of each differing field."""
    parts = []
    for pair in merging.pairs_of(work, stays, merged):
        person = pair.stays if isinstance(pair.stays, Person) else None
        kind = MemberForm if person else HouseholdForm
        people = [one for one in (pair.stays, pair.other) if isinstance(one, Person)]
        opened = len(revealed_to(work, people)) == len(people)
        rows = [
            (f"{pair.key}.{name}", *_shown(kind, name, pair, opened))
            for name in pair.differing(work)
        ]
        parts.append({"person": person, "rows": rows})
    return parts


def _shown(kind: type[Any], name: str, pair: merging.Pair, opened: bool) -> tuple[str, str, str]:
    if name in COVERED and not opened:
        return kind(formdata=None)[name].label.text, "••••", "••••"
    fields = [
        kind(formdata=None, data={name: getattr(one, name)})[name]
        for one in (pair.stays, pair.other)
    ]
    return fields[0].label.text, answer_shown(fields[0]), answer_shown(fields[1])
