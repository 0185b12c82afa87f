"""A mission's list: sent, looked at with the errors beside the rows, imported."""

import io
from typing import Final

from flask import Response as File
from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.requests.blueprint import blueprint
from blueprints.requests.mission_field import MissionField
from casework.policy import Permission
from casework.rules.household_rejects import write_rejects
from casework.services.requests import import_files
from casework.services.requests.importing import problems_of
from casework.services.requests.missions import chosen_mission
from casework.web.access import requires
from casework.web.fields import FileField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, _l, translate
from casework.web.saving import perform, save
from casework.web.unit import current_work
from casework.web.uploads import takes_file
from models.intake import ImportFile

#: Rows to mend on one page; the file of rejects has them all.
SHOWN: Final = 100


class ImportForm(CaseworkForm):
    """The list, and whose it is."""

    file = FileField(_l("The list"))
    mission = MissionField(_l("Whose list it is"))


@blueprint.route("/requests/import", methods=["GET", "POST"])
@requires(Permission.RETURN_REQUEST_VERIFY)
@takes_file
def import_list() -> ResponseReturnValue:
    """Send a list; nothing is imported yet."""
    form, work = ImportForm(), current_work()
    response = save(
        form,
        lambda: import_files.keep_list(
            work, chosen_mission(work, form.mission.data), form.file.data.read()
        ),
        lambda kept: url_for("requests.imported", import_id=kept.id),
    )
    limit = work.database.settings.upload_limit // 2**20
    return response or render_template(
        "requests/import.html",
        form=form,
        lists=import_files.my_lists(work),
        limit=limit,
    )


@blueprint.get("/requests/import/<uuid:import_id>")
@requires(Permission.RETURN_REQUEST_UPDATE, of=ImportFile)
def imported(kept: ImportFile) -> str:
    """What importing the list would do, or did; the rows to mend with what to do about each."""
    report = import_files.look_at(current_work(), kept)
    problems = problems_of(report)
    return render_template(
        "requests/imported.html",
        kept=kept,
        running=import_files.running(kept),
        report=report,
        problems=problems[:SHOWN],
        more=len(problems) - SHOWN,
    )


@blueprint.post("/requests/import/<uuid:import_id>/run")
@requires(Permission.RETURN_REQUEST_UPDATE, of=ImportFile)
def run_import(kept: ImportFile) -> Response:
    """Import what is good in the list."""
    back = url_for("requests.imported", import_id=kept.id)
    return perform(lambda: import_files.confirm(current_work(), kept), back)


@blueprint.post("/requests/import/<uuid:import_id>/delete")
@requires(Permission.RETURN_REQUEST_UPDATE, of=ImportFile)
def discard_import(kept: ImportFile) -> Response:
    """Delete the list; what was imported stays."""
    return perform(
        lambda: import_files.discard(current_work(), kept),
        url_for("requests.import_list"),
        _("The list is deleted. What was imported stays."),
    )


@blueprint.get("/requests/import/<uuid:import_id>/rejects")
@requires(Permission.RETURN_REQUEST_UPDATE, of=ImportFile)
def import_rejects(kept: ImportFile) -> File:
    """The rows to mend, in the columns of the list, to be mended and sent again."""
    report = import_files.look_at(current_work(), kept)
    text = io.StringIO(newline="")
    write_rejects(text, report.columns, report.rejects, translate)
    response = File(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="rows-to-mend.csv"'
    return response
