"""Facilities: what they have, and changing it."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.quarantine.forms import FacilityForm, NewFacilityForm, RoomForm, RoomsForm
from blueprints.quarantine.routes import blueprint
from casework import clock
from casework.policy import Permission
from casework.reference.places import aimags
from casework.services.idempotency import expect_version
from casework.services.organisations import get_organisation
from casework.services.quarantine import facilities as service
from casework.services.quarantine.calendar import calendar
from casework.web.access import requires
from casework.web.i18n import _, current_language
from casework.web.saving import save
from casework.web.unit import current_work
from models.facility import Facility, Room

NIGHTS_SHOWN = 30


def page_of(facility: Facility) -> str:
    """The address of the facility's page."""
    return url_for("quarantine.show", facility_id=facility.id)


@blueprint.route("/facilities/new", methods=["GET", "POST"])
@requires(Permission.FACILITY_MANAGE)
def new() -> ResponseReturnValue:
    """Describe the place that an organisation runs."""
    work = current_work()
    form = NewFacilityForm()
    response = save(
        form,
        lambda: service.add_facility(
            work,
            get_organisation(work, form.organisation.data),
            aimag=form.aimag.data,
            turnover_days=form.turnover_days.data,
        ),
        page_of,
        _("The facility is added. Add its rooms."),
    )
    return response or render_template("quarantine/new.html", form=form)


@blueprint.get("/facilities/<uuid:facility_id>")
@requires(Permission.FACILITY_MANAGE, of=Facility)
def show(facility: Facility) -> ResponseReturnValue:
    """Rooms, and beds for 30 nights."""
    work = current_work()
    return render_template(
        "quarantine/show.html",
        facility=facility,
        rooms=service.rooms_of(work, facility),
        aimag=_aimag_name(facility),
        nights=calendar(work, clock.today(), NIGHTS_SHOWN, facility.id),
    )


@blueprint.route("/facilities/<uuid:facility_id>/edit", methods=["GET", "POST"])
@requires(Permission.FACILITY_MANAGE, of=Facility)
def edit(facility: Facility) -> ResponseReturnValue:
    """Change where it is, the empty days, and whether it is in use."""
    form = FacilityForm(obj=facility, version=facility.version)

    def change() -> Facility:
        expect_version(facility, form.version.data)
        return service.change_facility(
            current_work(),
            facility,
            aimag=form.aimag.data,
            turnover_days=form.turnover_days.data,
            active=form.active.data,
        )

    response = save(
        form, change, page_of, _("Saved."), fresh=lambda: _saved(facility, FacilityForm)
    )
    return response or render_template("quarantine/edit.html", form=form, facility=facility)


@blueprint.route("/facilities/<uuid:facility_id>/rooms/new", methods=["GET", "POST"])
@requires(Permission.FACILITY_MANAGE, of=Facility)
def new_rooms(facility: Facility) -> ResponseReturnValue:
    """Add a series of rooms."""
    form = RoomsForm()
    response = save(
        form,
        lambda: service.add_rooms(current_work(), facility, form.series()),
        lambda _count: page_of(facility),
        _("The rooms are added."),
    )
    return response or render_template("quarantine/rooms.html", form=form, facility=facility)


@blueprint.route("/facilities/<uuid:facility_id>/rooms/<uuid:room_id>", methods=["GET", "POST"])
@requires(Permission.FACILITY_MANAGE, of=Facility)
def room(facility: Facility, room_id: UUID) -> ResponseReturnValue:
    """Change one room."""
    work = current_work()
    found = service.find_room(work, facility, room_id)
    form = RoomForm(obj=found, version=found.version)

    def change() -> Room:
        expect_version(found, form.version.data)
        return service.change_room(
            work, found, kind=form.kind.data, beds=form.beds.data, active=form.active.data
        )

    response = save(
        form,
        change,
        lambda _room: page_of(facility),
        _("Saved."),
        fresh=lambda: _saved(found, RoomForm),
    )
    return response or render_template(
        "quarantine/room.html", form=form, facility=facility, room=found
    )


def _aimag_name(facility: Facility) -> str | None:
    """Where it is, in the page's language."""
    names = {aimag.code: aimag.name(current_language()) for aimag in aimags()}
    return names.get(facility.aimag or "")


def _saved(
    row: Facility | Room, form: type[FacilityForm] | type[RoomForm]
) -> tuple[FacilityForm | RoomForm, int]:
    """The saved values as a form, and their version."""
    current_work().session.refresh(row)
    return form(formdata=None, obj=row), row.version
