"""One traveller's quarantine."""

from uuid import UUID

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from blueprints.quarantine.forms import (
    ExtendForm,
    OtherRoomForm,
    OverstayForm,
    ReasonForm,
    ReleaseForm,
    TransferForm,
)
from blueprints.quarantine.routes import blueprint
from casework.errors import InvalidTransition
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.quarantine import stays as service
from casework.services.quarantine.board import checks_of
from casework.services.quarantine.certificate import require_released, signed
from casework.services.quarantine.cost import explain_overstay
from casework.services.quarantine.facilities import find_facility, room_numbered
from casework.services.quarantine.moves import change_room
from casework.services.quarantine.samples import samples_of
from casework.services.quarantine.stay_terms import arrival_of, quarantine_of
from casework.services.quarantine.transfers import transfer
from casework.vocabulary import Language, StayState
from casework.web.access import requires
from casework.web.i18n import _, in_language
from casework.web.pdf import PdfOff, pdf_bytes, pdf_download
from casework.web.saving import perform, refused, save
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
        quarantine=quarantine_of(found),
        checks=checks_of(work, found),
        samples=samples_of(work, found),
        steps=service.next_steps(work, found),
        may_check=allowed(work, Permission.STAY_CHECK, found),
        obstacles=service.obstacles(work, found) if found.state is StayState.CHECKED_IN else (),
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
    form = ReleaseForm()
    response = save(
        form,
        lambda: service.release(current_work(), found, form.negative_test_on.data),
        page_of,
        _("The quarantine is over."),
    )
    return response or render_template(
        "quarantine/release.html",
        form=form,
        stay=found,
        quarantine=quarantine_of(found),
    )


@blueprint.get("/stays/<uuid:stay_id>/certificate")
@requires(Permission.STAY_READ, of=Stay)
def certificate(found: Stay) -> ResponseReturnValue:
    """The certificate of release, in both languages, signed."""
    work = current_work()
    try:
        require_released(found)
        pdf = pdf_bytes("quarantine/certificate.pdf.html", parts=_certificate_parts(found))
        return pdf_download(signed(work, found, pdf), "certificate.pdf")
    except (InvalidTransition, PdfOff) as error:
        return refused(error, page_of(found))


def _certificate_parts(found: Stay) -> list[tuple[str, Markup]]:
    """The text in each language, Mongolian first."""
    samples, arrived = samples_of(current_work(), found), arrival_of(found)
    parts = []
    for language in Language:
        with in_language(language.value):
            part = render_template(
                "quarantine/certificate_part.html", stay=found, samples=samples, arrived=arrived
            )
        parts.append((language.value, Markup(part)))  # noqa: S704 - a template made it
    return parts


@blueprint.route("/stays/<uuid:stay_id>/room", methods=["GET", "POST"])
@requires(Permission.STAY_CHECK, of=Stay)
def other_room(found: Stay) -> ResponseReturnValue:
    """Give the person another room; one that cannot be had says no more than that."""
    work, form = current_work(), OtherRoomForm()
    response = save(
        form,
        lambda: change_room(
            work,
            found,
            room_numbered(work, found.facility, form.room.data),
            form.reason.data,
        ),
        page_of,
        _("Saved."),
    )
    return response or render_template("quarantine/other_room.html", form=form, stay=found)


@blueprint.route("/stays/<uuid:stay_id>/facility", methods=["GET", "POST"])
@requires(Permission.STAY_CHECK, of=Stay)
def other_facility(found: Stay) -> ResponseReturnValue:
    """Send the person to another facility, where a bed waits."""
    work, form = current_work(), TransferForm()
    response = save(
        form,
        lambda: transfer(
            work, found, find_facility(work, UUID(form.facility.data)), form.reason.data
        ),
        lambda _there: page_of(found),
        _("Saved. The other facility checks the person in."),
    )
    return response or render_template("quarantine/other_facility.html", form=form, stay=found)


@blueprint.route("/stays/<uuid:stay_id>/overstay", methods=["GET", "POST"])
@requires(Permission.STAY_CHECK, of=Stay)
def overstay(found: Stay) -> ResponseReturnValue:
    """Say why somebody stays longer than the quarantine."""
    form = OverstayForm()
    response = save(
        form,
        lambda: explain_overstay(current_work(), found, form.reason.data),
        page_of,
        _("Saved."),
    )
    return response or render_template("quarantine/overstay.html", form=form, stay=found)


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
