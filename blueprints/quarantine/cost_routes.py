"""Prices of nights, and what a month cost by funder."""

from datetime import date

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.quarantine.facility_routes import page_of
from blueprints.quarantine.forms import RateForm
from blueprints.quarantine.routes import blueprint
from casework import clock
from casework.policy import Permission
from casework.services.quarantine import cost as service
from casework.services.quarantine.cost import CostStatement
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.spreadsheet import SPREADSHEET, workbook
from casework.web.unit import current_work
from models.facility import Facility


@blueprint.route("/facilities/<uuid:facility_id>/prices", methods=["GET", "POST"])
@requires(Permission.FACILITY_MANAGE, of=Facility)
def prices(facility: Facility) -> ResponseReturnValue:
    """What a night costs, and since when."""
    work, form = current_work(), RateForm()
    response = save(
        form,
        lambda: service.set_rate(
            work, facility, form.kind.data, form.applies_from.data, form.amount.data
        ),
        lambda _rate: page_of(facility),
        _("Saved."),
    )
    return response or render_template(
        "quarantine/prices.html",
        form=form,
        facility=facility,
        rates=service.rates_of(work, facility),
    )


def _statement() -> CostStatement:
    asked = request.args.get("month") or f"{clock.today():%Y-%m}"
    try:
        month = date.fromisoformat(f"{asked}-01")
    except ValueError:
        abort(404)
    return service.cost_statement(current_work(), month)


@blueprint.get("/facilities/costs")
@requires(Permission.FACILITY_MANAGE)
def costs() -> ResponseReturnValue:
    """A month's nights by facility, funder and kind of room."""
    return render_template("quarantine/costs.html", statement=_statement())


@blueprint.get("/facilities/costs.xlsx")
@requires(Permission.FACILITY_MANAGE)
def costs_file() -> ResponseReturnValue:
    """The same as a spreadsheet, without names."""
    statement = _statement()
    headings = [
        _("Facility"),
        _("Who pays"),
        _("Kind of room"),
        _("Nights"),
        _("Nights without a price"),
        _("Cost, tögrög"),
    ]
    rows = [
        (
            line.facility.organisation.code,
            line.payer,
            line.kind,
            line.nights,
            line.unpriced,
            line.amount,
        )
        for line in statement.lines
    ]
    response = Response(workbook(headings, rows), mimetype=SPREADSHEET)
    response.headers.set("Content-Disposition", "attachment", filename="nights.xlsx")
    return response
