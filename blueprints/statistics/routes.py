"""Figures without names, on a page and as a file."""

import csv
from enum import Enum
from io import StringIO

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from casework.policy import Permission, may_ever
from casework.rules.spreadsheet import inert
from casework.services.statistics.figures import Figures, read_figures, record_export
from casework.web.access import requires
from casework.web.i18n import _, country_name, gettext, labelled
from casework.web.unit import current_actor, current_work

blueprint = Blueprint("statistics", __name__, url_prefix="/statistics")


@blueprint.get("")
@requires(Permission.STATISTICS_READ)
def index() -> ResponseReturnValue:
    """Counts within this user's scope."""
    may_export = may_ever(current_actor(), Permission.EXPORT_AGGREGATE)
    figures = read_figures(current_work())
    return render_template(
        "statistics/index.html", figures=figures, may_export=may_export, named=named
    )


@blueprint.post("/export")
@requires(Permission.EXPORT_AGGREGATE, step_up=True)
def export() -> ResponseReturnValue:
    """The same tables as CSV, within the scope of exporting."""
    work = current_work()
    figures = read_figures(work, Permission.EXPORT_AGGREGATE)
    record_export(work, figures)
    work.commit()
    response = Response(_csv(figures), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="figures.csv"'
    return response


def named(key: Enum | str) -> str:
    """A row's name in the page's language."""
    return labelled(key) if isinstance(key, Enum) else country_name(key)


def _csv(figures: Figures) -> str:
    file = StringIO()
    file.write("\ufeff")  # so that spreadsheets read Cyrillic
    writer = csv.writer(file)
    writer.writerow([_("Table"), _("Row"), _("Number")])
    for table in figures.tables:
        for key, count in table.rows:
            writer.writerow(map(inert, [gettext(table.title), named(key), _number(count)]))
        total = _number(table.total)
        writer.writerow(map(inert, [gettext(table.title), _("Total"), total]))
    return file.getvalue()


def _number(count: int | None) -> str:
    return _("fewer than 5, or withheld") if count is None else str(count)
