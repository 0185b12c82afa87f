"""Files of identified records: asking for one, and fetching what was approved."""

from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.approvals.blueprint import blueprint
from blueprints.approvals.forms import CaseExportForm, RequestExportForm
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.approvals import export
from casework.vocabulary import ExportPart
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.spreadsheet import SPREADSHEET, workbook
from casework.web.unit import current_work


@blueprint.get("/exports")
@requires(Permission.EXPORT_IDENTIFIED)
def exports() -> str:
    """The reader's own files, and which of them she can fetch."""
    work = current_work()
    return render_template(
        "approvals/exports.html",
        exports=[
            (one, export.export_asked(work, one), export.fetchable_until(work, one))
            for one in export.own_exports(work)
        ],
        of_requests=export.exports_requests(work),
    )


@blueprint.route("/exports/new", methods=["GET", "POST"])
@requires(Permission.EXPORT_IDENTIFIED, step_up=True)
def ask_for_export() -> ResponseReturnValue:
    """Ask for a file."""
    work = current_work()
    form = RequestExportForm() if export.exports_requests(work) else CaseExportForm()
    response = save(
        form,
        lambda: export.ask_export(work, _wanted(form), form.purpose.data, form.reason.data),
        lambda _approval: url_for("approvals.exports"),
        _("A second person now decides."),
    )
    return response or render_template("approvals/ask_export.html", form=form)


def _wanted(form: RequestExportForm | CaseExportForm) -> export.Wanted:
    country = form.country.data if isinstance(form, RequestExportForm) else None
    return export.Wanted(tuple(form.parts.data or ()), form.state.data, country or None)


@blueprint.post("/exports/file")
@requires(Permission.EXPORT_IDENTIFIED, step_up=True)
def fetch() -> ResponseReturnValue:
    """The file, once."""
    work = current_work()
    found = export.fetch_export(work, _chosen(request.form.get("export", "")))
    data = workbook(_headings(found), found.rows)
    work.commit()
    response = Response(data, mimetype=SPREADSHEET)
    response.headers["Content-Disposition"] = 'attachment; filename="records.xlsx"'
    return response


def _chosen(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(N_("Choose the file on your list.")) from None


def _headings(found: export.Export) -> list[str]:
    first = _("Request") if found.of_requests else _("Case")
    headings = [first, _("State"), _("Name"), _("Name as in the passport"), _("Sex")]
    more = {
        ExportPart.BIRTH_DATE: [_("Birth date")],
        ExportPart.NUMBERS: [_("Register number"), _("Passport")],
        ExportPart.CONTACT: [_("Telephone"), _("E-mail"), _("Contact rule")],
    }
    return headings + [name for part in ExportPart if part in found.parts for name in more[part]]
