"""After the manifest is closed: late additions, arrivals, reception, the manifest as a file."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.movements.forms import LateForm, ManifestFileForm, TicksForm, UnlistedForm
from blueprints.movements.paper_routes import manifest_response
from blueprints.movements.ticks import arrivals_ticked, reasons_written, receptions_told
from casework.errors import CaseworkError
from casework.policy import Permission
from casework.services.access import allowed, require
from casework.services.movements import arriving, boarding, late, manifest_file, reception
from casework.vocabulary import MovementState, ReceptionNeed
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, refused, save
from casework.web.unit import current_work
from models.movement import Movement

blueprint = Blueprint("arrivals", __name__)


@blueprint.route("/movements/<uuid:movement_id>/late", methods=["GET", "POST"])
@requires(Permission.MOVEMENT_PLAN, of=Movement)
def add_late(movement: Movement) -> ResponseReturnValue:
    """Let a waiting household join a closed manifest."""
    form = UnlistedForm() if movement.state is MovementState.DEPARTED else LateForm()
    response = save(
        form,
        lambda: late.add_late(current_work(), movement, form.late()),
        lambda _count: url_for("movements.board", movement_id=movement.id),
        _("They are on the manifest."),
    )
    return response or render_template(
        "movements/late.html", form=form, movement=movement, open=late.late_reasons(movement)
    )


@blueprint.route("/movements/<uuid:movement_id>/arrival", methods=["GET", "POST"])
@requires(Permission.MANIFEST_BOARD, of=Movement)
def arrival(movement: Movement) -> ResponseReturnValue:
    """Tick who came; explain who is missing."""
    form = TicksForm()
    work = current_work()
    marks, reasons = arrivals_ticked(request.form), reasons_written(request.form)
    rest = request.form.get("rest") == "here"
    response = save(
        form,
        lambda: arriving.reconcile(work, movement, marks, reasons, rest_is_here=rest),
        lambda _count: url_for("arrivals.arrival", movement_id=movement.id),
        _("Saved."),
    )
    return response or render_template(
        "movements/arrival.html",
        form=form,
        movement=movement,
        travellers=arriving.expected(work, movement),
        marks=marks,
        reasons=reasons,
        rest=rest,
        may_plan=allowed(work, Permission.MOVEMENT_PLAN, movement),
    )


@blueprint.post("/movements/<uuid:movement_id>/arrive")
@requires(Permission.MANIFEST_BOARD, of=Movement)
def complete(movement: Movement) -> ResponseReturnValue:
    """Manifest and arrival agree."""
    return perform(
        lambda: arriving.complete_arrival(current_work(), movement),
        url_for("movements.show", movement_id=movement.id),
        _("The arrival is recorded. Facilities can check the travellers in."),
    )


@blueprint.route("/movements/<uuid:movement_id>/reception", methods=["GET", "POST"])
@requires(Permission.MANIFEST_BOARD, of=Movement)
def receive(movement: Movement) -> ResponseReturnValue:
    """What must stand ready at the point of entry, and to whom each was handed over."""
    form = TicksForm()
    work = current_work()
    response = save(
        form,
        lambda: reception.record_reception(work, movement, receptions_told(request.form)),
        lambda _count: url_for("arrivals.receive", movement_id=movement.id),
        _("Saved."),
    )
    travellers = boarding.manifest(work, movement)
    return response or render_template(
        "movements/reception.html",
        form=form,
        movement=movement,
        travellers=[(hold, reception.reception_of(hold)) for hold in travellers],
        needed=reception.needed(travellers),
        takers=reception.takers(work),
        all_needs=list(ReceptionNeed),
        open=movement.state in reception.OPEN,
    )


@blueprint.route("/movements/<uuid:movement_id>/manifest/file", methods=["GET", "POST"])
@requires(Permission.IDENTITY_REVEAL, of=Movement, step_up=True)
def manifest_as_file(movement: Movement) -> ResponseReturnValue:
    """The manifest with identifiers, for whom it is said to be."""
    work = current_work()
    require(work, Permission.MANIFEST_BOARD, movement)
    form = ManifestFileForm()
    if not form.validate_on_submit():
        return render_template("movements/manifest_file.html", form=form, movement=movement)
    try:
        lines = manifest_file.hand_out_manifest(work, movement, *form.asked())
        answer = manifest_response(movement, lines, form.asked()[1])
    except CaseworkError as error:
        return refused(error, url_for("movements.show", movement_id=movement.id))
    work.commit()
    return answer
