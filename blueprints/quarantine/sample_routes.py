"""Samples by batch: taken, sent, answered."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.quarantine.forms import SampleForm, SecondLookForm
from blueprints.quarantine.round import results_sent
from blueprints.quarantine.routes import blueprint
from casework.policy import Permission
from casework.services.quarantine import samples as service
from casework.vocabulary import SampleResult
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.facility import Facility, SampleBatch


def batch_page(batch: SampleBatch) -> str:
    """The address of a batch."""
    return url_for("quarantine.batch", facility_id=batch.facility_id, batch_id=batch.id)


@blueprint.get("/facilities/<uuid:facility_id>/samples")
@requires(Permission.STAY_CHECK, of=Facility)
def samples(facility: Facility) -> ResponseReturnValue:
    """The facility's batches."""
    batches = service.batches_of(current_work(), facility)
    return render_template("quarantine/samples.html", facility=facility, batches=batches)


@blueprint.route("/facilities/<uuid:facility_id>/samples/new", methods=["GET", "POST"])
@requires(Permission.STAY_CHECK, of=Facility)
def take(facility: Facility) -> ResponseReturnValue:
    """Tick who gave a sample: a batch of labels without names."""
    work, form = current_work(), SampleForm()
    chosen = request.form.getlist("stay")
    response = save(
        form,
        lambda: service.take_samples(work, facility, form.kind.data, chosen),
        batch_page,
        _("The batch is made. Write its labels on the tubes."),
    )
    return response or render_template(
        "quarantine/take_samples.html",
        form=form,
        facility=facility,
        rows=service.sample_rows(work, facility),
        chosen=chosen if form.is_submitted() else None,
    )


@blueprint.get("/facilities/<uuid:facility_id>/samples/<uuid:batch_id>")
@requires(Permission.STAY_CHECK, of=Facility)
def batch(facility: Facility, batch_id: UUID) -> ResponseReturnValue:
    """Labels and results of a batch."""
    found = service.find_batch(current_work(), facility, batch_id)
    return _batch(facility, found, SecondLookForm(formdata=None))


def _batch(facility: Facility, found: SampleBatch, form: SecondLookForm) -> str:
    return render_template(
        "quarantine/batch.html",
        facility=facility,
        batch=found,
        form=form,
        results=SampleResult,
        typed=request.form,
    )


@blueprint.post("/facilities/<uuid:facility_id>/samples/<uuid:batch_id>/send")
@requires(Permission.STAY_CHECK, of=Facility)
def send(facility: Facility, batch_id: UUID) -> ResponseReturnValue:
    """The batch is on its way to the laboratory."""
    work = current_work()
    found = service.find_batch(work, facility, batch_id)
    return perform(
        lambda: service.send_samples(work, found), batch_page(found), _("The batch is sent.")
    )


@blueprint.post("/facilities/<uuid:facility_id>/samples/<uuid:batch_id>/results")
@requires(Permission.STAY_CHECK, of=Facility)
def results(facility: Facility, batch_id: UUID) -> ResponseReturnValue:
    """What the laboratory found: all negative but those named."""
    work, form = current_work(), SecondLookForm()
    found = service.find_batch(work, facility, batch_id)
    response = save(
        form,
        lambda: service.record_results(work, found, results_sent(request.form)),
        batch_page,
        _("The results are saved."),
    )
    return response or _batch(facility, service.find_batch(work, facility, batch_id), form)
