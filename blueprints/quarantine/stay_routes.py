"""One traveller's quarantine."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.quarantine.forms import ExtendForm, ReasonForm, ReleaseForm, SecondLookForm
from blueprints.quarantine.routes import blueprint
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.quarantine import stays as service
from casework.services.quarantine.board import checks_of
from casework.vocabulary import StayState
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.facility import Stay


def page_of(stay: Stay) -> str:
    """The address of the stay's page."""
    return url_for("quarantine.stay", stay_id=stay.id)


@blueprint.get("/stays/<uuid:stay_id>")
@requires(Permission.STAY_READ, of=Stay)
def stay(found: Stay) -> ResponseReturnValue:
    """State, checks, what is next and who may act."""
    work = current_work()
    return render_template(
        "quarantine/stay.html",
        stay=found,
        quarantine=service.quarantine_of(found),
        checks=checks_of(work, found),
        steps=service.next_steps(work, found),
        may_check=allowed(work, Permission.STAY_CHECK, found),
        obstacles=service.obstacles(found) if found.state is StayState.CHECKED_IN else (),
    )


@blueprint.post("/stays/<uuid:stay_id>/check-in")
@requires(Permission.STAY_CHECK, of=Stay)
def let_in(found: Stay) -> ResponseReturnValue:
    """Check an arrived traveller in, or one who comes back."""
    return perform(
        lambda: service.check_in(current_work(), [found]), page_of(found), _("Checked in.")
    )


@blueprint.route("/stays/<uuid:stay_id>/release", methods=["GET", "POST"])
@requires(Permission.STAY_RELEASE, of=Stay)
def release(found: Stay) -> ResponseReturnValue:
    """End the quarantine; early release is refused with what is missing."""
    form = ReleaseForm() if service.needs_test(found) else SecondLookForm()
    tested = getattr(form, "negative_test_on", None)
    response = save(
        form,
        lambda: service.release(current_work(), found, tested.data if tested else None),
        page_of,
        _("The quarantine is over."),
    )
    return response or render_template(
        "quarantine/release.html",
        form=form,
        stay=found,
        quarantine=service.quarantine_of(found),
    )


@blueprint.route("/stays/<uuid:stay_id>/<step>", methods=["GET", "POST"])
@requires(Permission.STAY_CHECK, of=Stay)
def step(found: Stay, step: str) -> ResponseReturnValue:
    """Hospital, transfer, running away, death: a step that needs words."""
    if step not in service.WITH_REASON:
        abort(404)
    target = StayState(step)
    form = ReasonForm()
    response = save(
        form,
        lambda: service.move_stay(current_work(), found, target, form.reason.data),
        page_of,
        _("Saved."),
    )
    return response or render_template("quarantine/step.html", form=form, stay=found, target=target)


@blueprint.route("/stays/<uuid:stay_id>/extend", methods=["GET", "POST"])
@requires(Permission.STAY_CHECK, of=Stay)
def extend(found: Stay) -> ResponseReturnValue:
    """Keep a traveller for more nights, for a reason."""
    form = ExtendForm()
    response = save(
        form,
        lambda: service.extend(current_work(), found, form.nights.data, form.reason.data),
        page_of,
        _("Saved."),
    )
    return response or render_template("quarantine/extend.html", form=form, stay=found)
