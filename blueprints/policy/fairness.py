"""The fairness report: how long people waited and how many got a place, by group, without names."""

import csv
from enum import Enum
from io import StringIO

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.policy.blueprint import blueprint
from blueprints.policy.forms import PeriodFilter
from casework.errors import InvalidInput
from casework.policy import Permission, may_ever
from casework.rules.fairness import Group, Line, Report
from casework.rules.spreadsheet import inert
from casework.services.statistics.fairness import (
    NO_NEED,
    TITLES,
    Period,
    read_fairness,
    record_fairness_export,
)
from casework.web.access import requires
from casework.web.i18n import _, country_name, labelled, translate
from casework.web.spreadsheet import SPREADSHEET, workbook
from casework.web.unit import current_work


@blueprint.get("/statistics/fairness")
@requires(Permission.STATISTICS_READ)
def fairness() -> str:
    """Within the reader's scope, for requests made in a period."""
    form, found, work = PeriodFilter(request.args), None, current_work()
    if form.validate():
        try:
            found = read_fairness(work, Period.of(form.first.data, form.last.data))
        except InvalidInput as error:
            form.refuse(error)
    return render_template(
        "policy/fairness.html",
        form=form,
        found=found,
        titles=TITLES,
        named=named,
        figures=figures,
        may_export=may_ever(work.actor, Permission.EXPORT_AGGREGATE),
    )


@blueprint.post("/statistics/fairness/export")
@requires(Permission.EXPORT_AGGREGATE, step_up=True)
def export_fairness() -> ResponseReturnValue:
    """The same tables as a file, within the scope of exporting."""
    work, form = current_work(), PeriodFilter(request.form)
    form.validate()
    period = Period.of(form.first.data, form.last.data)
    found = read_fairness(work, period, permission=Permission.EXPORT_AGGREGATE)
    record_fairness_export(work, found)
    work.commit()
    if request.form.get("kind") == "xlsx":
        return _file(workbook(_headings(), _rows(found)), SPREADSHEET, "figures.xlsx")
    return _file(_csv(found), "text/csv", "figures.csv")


def _file(content: bytes | str, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def named(group: Group | None) -> str:
    """A line's name in the page's language."""
    if group is None:
        return _("All")
    if isinstance(group, Enum):
        return labelled(group)
    return _("None of these") if group == NO_NEED else country_name(group)


def _headings() -> list[str]:
    return [
        _("Table"),
        _("Group"),
        _("Asked"),
        _("Offered a place"),
        _("Share in per cent"),
        _("Median wait in days"),
        _("90th percentile in days"),
    ]


def _rows(found: Report) -> list[list[str]]:
    lines = [("", found.whole)]
    for grouping, table in found.tables.items():
        lines += [(translate(TITLES[grouping]), line) for line in table]
    return [[title, named(line.group), *figures(line)] for title, line in lines]


def figures(line: Line) -> list[str]:
    """A line's five figures; a dash where too few were placed to say how long they waited."""
    found = (line.asked, line.placed, line.share, line.median, line.ninetieth)
    unknown = _("withheld") if line.asked is None else "—"
    return [unknown if number is None else str(number) for number in found]


def _csv(found: Report) -> str:
    file = StringIO()
    file.write("\ufeff")  # so that spreadsheets read Cyrillic
    writer = csv.writer(file)
    writer.writerow(_headings())
    writer.writerows([list(map(inert, row)) for row in _rows(found)])
    return file.getvalue()
