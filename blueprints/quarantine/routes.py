"""The round of a facility: today's board, checks, check-in."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.quarantine.forms import SecondLookForm
from blueprints.quarantine.round import found_on_round
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.quarantine import board as boards
from casework.services.quarantine import checks, facilities
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.facility import Facility

blueprint = Blueprint("quarantine", __name__)


def board_of(facility: Facility) -> str:
    """The address of the facility's board."""
    return url_for("quarantine.board", facility_id=facility.id)


@blueprint.get("/quarantine")
@requires(Permission.FACILITY_MANAGE)
def today() -> ResponseReturnValue:
    """The board of one's own facility, or the list to choose from."""
    own = boards.own_facility(current_work())
    return redirect(board_of(own) if own else url_for("quarantine.index"))


@blueprint.get("/facilities/<uuid:facility_id>/today")
@requires(Permission.STAY_READ, of=Facility)
def board(facility: Facility) -> ResponseReturnValue:
    """Who is where today: checks missing, releases due, arrivals."""
    return _board(facility, SecondLookForm(formdata=None))


def _board(facility: Facility, form: SecondLookForm) -> str:
    work = current_work()
    return render_template(
        "quarantine/board.html",
        board=boards.board(work, facility),
        form=form,
        may_check=allowed(work, Permission.STAY_CHECK, facility),
        typed=request.form,
    )


@blueprint.post("/facilities/<uuid:facility_id>/checks")
@requires(Permission.STAY_CHECK, of=Facility)
def record_checks(facility: Facility) -> ResponseReturnValue:
    """Save a round: many people at once."""
    form = SecondLookForm()
    response = save(
        form,
        lambda: checks.record_checks(current_work(), facility, found_on_round(request.form)),
        lambda _count: board_of(facility),
        _("The checks are saved."),
    )
    return response or _board(facility, form)


@blueprint.route(
    "/facilities/<uuid:facility_id>/floors/<int(signed=True):floor>/well", methods=["GET", "POST"]
)
@requires(Permission.STAY_CHECK, of=Facility)
def all_well(facility: Facility, floor: int) -> ResponseReturnValue:
    """Everybody on a floor without a check today is well, after a second look."""
    work = current_work()
    form = SecondLookForm()
    rows = [row for row in boards.board(work, facility).missing if row.stay.room.floor == floor]
    response = save(
        form,
        lambda: checks.record_checks(
            work, facility, {row.stay.id: checks.CheckInput() for row in rows}
        ),
        lambda _count: board_of(facility),
        _("The checks are saved."),
    )
    return response or render_template(
        "quarantine/all_well.html", facility=facility, floor=floor, rows=rows, form=form
    )


@blueprint.post("/facilities/<uuid:facility_id>/arrivals")
@requires(Permission.STAY_CHECK, of=Facility)
def check_in_arrivals(facility: Facility) -> ResponseReturnValue:
    """Check in everybody ticked, or everybody who has arrived."""
    chosen = request.form.getlist("stay")
    return perform(
        lambda: boards.check_in_arrivals(current_work(), facility, chosen),
        board_of(facility),
        _("The arrivals are checked in."),
    )


@blueprint.get("/facilities")
@requires(Permission.FACILITY_MANAGE)
def index() -> ResponseReturnValue:
    """Facilities with their rooms and beds."""
    work = current_work()
    return render_template(
        "quarantine/index.html",
        lines=facilities.facilities(work, Permission.FACILITY_MANAGE),
        may_add=bool(facilities.organisations_without_facility(work)),
    )
