"""Movements: planning, giving out places, the manifest and the day of travel."""

from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.movements.forms import PlanForm, TicksForm
from blueprints.movements.sweep import end_overdue_offers
from blueprints.movements.ticks import TICKS, ticked
from casework.policy import Permission, may_ever
from casework.services.access import allowed, require
from casework.services.movements import boarding, offers, planning, reading
from casework.services.movements.order import refresh_order
from casework.services.movements.timeline import timeline
from casework.services.people.reveal import revealed_to
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.reveal import reveal_all_page
from casework.web.saving import perform, save
from casework.web.unit import current_actor, current_work
from models.movement import Movement

blueprint = Blueprint("movements", __name__)
blueprint.before_request(end_overdue_offers)


def page_of(movement: Movement) -> str:
    """The address of the movement's page."""
    return url_for("movements.show", movement_id=movement.id)


@blueprint.get("/movements")
@requires(Permission.MOVEMENT_READ)
def index() -> ResponseReturnValue:
    """Flights, convoys and trains, the latest departure first."""
    day, _dot, reference = request.args.get("before", "").partition("~")
    try:
        before = (date.fromisoformat(day), reference) if reference else None
    except ValueError:
        before = None
    lines = reading.movements(current_work(), before=before)
    following = None
    if len(lines) == reading.PAGE:
        last = lines[-1].movement
        mark = f"{last.departs_on.isoformat()}~{last.reference}"
        following = url_for("movements.index", before=mark)
    return render_template(
        "movements/index.html",
        lines=lines,
        next=following,
        may_plan=may_ever(current_actor(), Permission.MOVEMENT_PLAN),
    )


@blueprint.route("/movements/new", methods=["GET", "POST"])
@requires(Permission.MOVEMENT_PLAN)
def new() -> ResponseReturnValue:
    """Plan a movement."""
    form = PlanForm()
    response = save(
        form,
        lambda: planning.plan_movement(current_work(), form.plan()),
        page_of,
        _("The movement is planned."),
    )
    return response or render_template("movements/new.html", form=form)


@blueprint.get("/movements/<uuid:movement_id>")
@requires(Permission.MOVEMENT_READ, of=Movement)
def show(movement: Movement) -> ResponseReturnValue:
    """Seats and beds, the state, what is next and who may act."""
    work = current_work()
    [figures] = reading.figures(work, [movement])
    may = {
        name: reading.may(work, permission, movement)
        for name, permission in (
            ("plan", Permission.MOVEMENT_PLAN),
            ("send", Permission.OFFER_SEND),
            ("board", Permission.MANIFEST_BOARD),
        )
    }
    return render_template(
        "movements/show.html",
        movement=movement,
        figures=figures,
        may=may,
        runs=reading.runs_of(work, movement),
        steps=timeline(work, figures),
    )


@blueprint.post("/movements/<uuid:movement_id>/offers")
@requires(Permission.OFFER_SEND, of=Movement)
def send(movement: Movement) -> ResponseReturnValue:
    """Offer every held place."""
    return perform(
        lambda: offers.send_offers(current_work(), movement),
        page_of(movement),
        _("The offers are sent. The missions hand them over."),
    )


@blueprint.post("/movements/<uuid:movement_id>/freed")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def fill(movement: Movement) -> ResponseReturnValue:
    """Offer free places to the next who fit."""
    refresh_order(current_work())
    return perform(
        lambda: offers.fill_places(current_work(), movement),
        page_of(movement),
        _("Free places are offered to the next who fit, as far as anybody fits."),
    )


@blueprint.route("/movements/<uuid:movement_id>/cancel", methods=["GET", "POST"])
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def cancel(movement: Movement) -> ResponseReturnValue:
    """Call the movement off, after a second look."""
    form = TicksForm()
    [figures] = reading.figures(current_work(), [movement])
    response = save(
        form,
        lambda: planning.cancel_movement(current_work(), movement),
        lambda _count: page_of(movement),
        _("The movement is cancelled. Everybody waits again in the old place."),
    )
    return response or render_template(
        "movements/cancel.html", form=form, movement=movement, figures=figures
    )


@blueprint.post("/movements/<uuid:movement_id>/manifest")
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def close(movement: Movement) -> ResponseReturnValue:
    """Fix who travels."""
    return perform(
        lambda: boarding.close_manifest(current_work(), movement),
        page_of(movement),
        _("The manifest is closed."),
    )


@blueprint.get("/movements/<uuid:movement_id>/manifest")
@requires(Permission.MANIFEST_BOARD, of=Movement)
def manifest(movement: Movement) -> ResponseReturnValue:
    """Who travels, to print."""
    work = current_work()
    travellers = boarding.manifest(work, movement)
    shown = revealed_to(work, [hold.member.person for hold in travellers])
    may_reveal = allowed(work, Permission.IDENTITY_REVEAL, movement)
    covered = len(shown) < len(travellers) and may_reveal
    return render_template(
        "movements/manifest.html",
        movement=movement,
        travellers=travellers,
        shown=shown,
        may_hand_out=may_reveal,
        show_url=url_for("movements.numbers", movement_id=movement.id) if covered else None,
    )


@blueprint.route("/movements/<uuid:movement_id>/manifest/show", methods=["GET", "POST"])
@requires(Permission.IDENTITY_REVEAL, of=Movement)
def numbers(movement: Movement) -> ResponseReturnValue:
    """What the travellers' birth dates and passport numbers are needed for."""
    work = current_work()
    require(work, Permission.MANIFEST_BOARD, movement)
    subjects = {hold.subject_id for hold in boarding.manifest(work, movement)}
    back = url_for("movements.manifest", movement_id=movement.id)
    return reveal_all_page(movement, subjects, movement.reference, back)


@blueprint.route("/movements/<uuid:movement_id>/boarding", methods=["GET", "POST"])
@requires(Permission.MANIFEST_BOARD, of=Movement)
def board(movement: Movement) -> ResponseReturnValue:
    """Tick who is there on the day of travel."""
    form = TicksForm()
    here = url_for("movements.board", movement_id=movement.id)
    response = save(
        form,
        lambda: boarding.record_boarding(current_work(), movement, ticked(request.form)),
        lambda _count: here,
        _("Saved."),
    )
    travellers = boarding.manifest(current_work(), movement)
    return response or render_template(
        "movements/boarding.html", form=form, movement=movement, travellers=travellers, ticks=TICKS
    )


@blueprint.post("/movements/<uuid:movement_id>/depart")
@requires(Permission.MANIFEST_BOARD, of=Movement)
def depart(movement: Movement) -> ResponseReturnValue:
    """Record the departure."""
    return perform(
        lambda: boarding.depart(current_work(), movement),
        page_of(movement),
        _("The departure is recorded."),
    )
