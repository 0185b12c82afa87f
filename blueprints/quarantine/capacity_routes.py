"""Beds night by night, one day of a facility, and what is closed for a time."""

from datetime import date
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.quarantine.capacity_forms import CalendarFilter, ClosureForm
from blueprints.quarantine.round import choices_sent
from blueprints.quarantine.routes import blueprint
from casework import clock
from casework.policy import Permission, may_ever
from casework.services.access import load
from casework.services.quarantine import closures as service
from casework.services.quarantine.calendar import calendar
from casework.services.quarantine.day import day_of
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.facility import Facility

NIGHTS_SHOWN = 30


def closures_page(facility: Facility) -> str:
    """The address of what is closed at a facility."""
    return url_for("quarantine.closures", facility_id=facility.id)


@blueprint.get("/facilities/calendar")
@requires(Permission.FACILITY_MANAGE)
def calendar_page() -> ResponseReturnValue:
    """Beds for 30 or 60 nights, of all facilities or one, by kind of room."""
    work = current_work()
    asked = CalendarFilter(request.args)
    facility_id = asked.facility_id()
    facility = (
        load(work, Permission.FACILITY_MANAGE, Facility, facility_id) if facility_id else None
    )
    nights = calendar(
        work,
        clock.today(),
        int(asked.nights.data or NIGHTS_SHOWN),
        facility_id,
        asked.kind.data,
    )
    return render_template("quarantine/calendar.html", form=asked, nights=nights, facility=facility)


@blueprint.get("/facilities/<uuid:facility_id>/day")
@requires(Permission.STAY_READ, of=Facility)
def day(facility: Facility) -> ResponseReturnValue:
    """Each room on one night."""
    return render_template(
        "quarantine/day.html",
        facility=facility,
        day=day_of(current_work(), facility, _asked_day()),
    )


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.args.get("day", clock.today().isoformat()))
    except ValueError:
        abort(404)


@blueprint.get("/facilities/<uuid:facility_id>/closures")
@requires(Permission.FACILITY_MANAGE, of=Facility)
def closures(facility: Facility) -> ResponseReturnValue:
    """What is closed, today and later."""
    return render_template(
        "quarantine/closures.html",
        facility=facility,
        closures=service.closures_of(current_work(), facility),
    )


@blueprint.route("/facilities/<uuid:facility_id>/closures/new", methods=["GET", "POST"])
@requires(Permission.FACILITY_MANAGE, of=Facility)
def close(facility: Facility) -> ResponseReturnValue:
    """Close a room or all of it for some nights."""
    work, form = current_work(), ClosureForm()
    response = save(
        form,
        lambda: service.close(work, facility, form.plan(facility), choices_sent(request.form)),
        lambda _closure: closures_page(facility),
        _("It is closed for these nights."),
    )
    return response or render_template(
        "quarantine/close.html",
        form=form,
        facility=facility,
        groups=form.affected(facility),
        may_release=may_ever(work.actor, Permission.OFFER_SEND),
        typed=request.form,
    )


@blueprint.post("/facilities/<uuid:facility_id>/closures/<uuid:closure_id>/lift")
@requires(Permission.FACILITY_MANAGE, of=Facility)
def lift(facility: Facility, closure_id: UUID) -> ResponseReturnValue:
    """Give a closure up."""
    work = current_work()
    found = service.find_closure(work, facility, closure_id)
    return perform(
        lambda: service.lift(work, found), closures_page(facility), _("It is open again.")
    )
