"""Asking people: at arrival, and later on a case."""

from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask import request as page
from flask.typing import ResponseReturnValue

from blueprints.consent.answers import (
    asking_of,
    form_at_arrival,
    form_on_case,
    interview_of,
    question_of,
)
from casework.policy import Permission
from casework.services.consents import arrival
from casework.services.consents.ending import withdraw_consent
from casework.services.consents.ledger import ledgers
from casework.services.consents.on_case import find_consent
from casework.services.consents.recording import record_consent
from casework.web.access import requires
from casework.web.case_file import case_acts, render_case
from casework.web.forms import CaseworkForm
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.case import Case
from models.return_request import ReturnRequest

blueprint = Blueprint("consent", __name__)


@blueprint.get("/arrivals")
@requires(Permission.CONSENT_RECORD)
def arrivals() -> str:
    """Households that came home and have somebody not asked yet."""
    found = arrival.arrivals_to_ask(current_work(), page.args.get("after"))
    shown = found[: arrival.PAGE]
    more = len(found) > arrival.PAGE
    following = url_for("consent.arrivals", after=shown[-1].reference) if more else None
    return render_template(
        "consent/arrivals.html",
        requests=[(one, arrival.members_to_ask(one)) for one in shown],
        next=following,
    )


@blueprint.get("/arrivals/<uuid:request_id>")
@requires(Permission.CONSENT_RECORD, of=ReturnRequest)
def household(request: ReturnRequest) -> str:
    """Who of one household is asked, and who was."""
    members = arrival.members_to_ask(request)
    return render_template("consent/household.html", request_row=request, members=members)


@blueprint.route("/arrivals/<uuid:request_id>/members/<uuid:member_id>", methods=["GET", "POST"])
@requires(Permission.CONSENT_RECORD, of=ReturnRequest)
def ask(request: ReturnRequest, member_id: UUID) -> ResponseReturnValue:
    """The questions to one adult, asked alone."""
    work = current_work()
    member = arrival.find_member_to_ask(request, member_id)
    form = form_at_arrival(request, member)
    back = url_for("consent.household", request_id=request.id)
    response = save(
        form,
        lambda: arrival.ask(work, request, member, interview_of(work, form, request)),
        lambda _case: back,
        _("The answers are kept."),
    )
    return response or render_template(
        "consent/ask.html", form=form, request_row=request, member=member, back=back
    )


@blueprint.get("/cases/<uuid:case_id>/consents")
@requires(Permission.CASE_READ, of=Case)
def ledger(case: Case) -> str:
    """What each person of the case agreed to, for whom, and every answer before."""
    found = ledgers(current_work(), case)
    return render_case(
        "consent/ledger.html", case, "cases.protection", ledgers=found, acts=case_acts(case)
    )


@blueprint.route("/cases/<uuid:case_id>/consents/new", methods=["GET", "POST"])
@requires(Permission.CONSENT_RECORD, of=Case)
def record(case: Case) -> ResponseReturnValue:
    """One question to a person of a case."""
    work = current_work()
    form = form_on_case(case)
    response = save(
        form,
        lambda: record_consent(work, question_of(work, form, case), asking_of(form, case=case)),
        lambda consent: _after_answer(case, consent.person_id),
        _("The answer is kept."),
    )
    return response or render_case("consent/record.html", case, "cases.protection", form=form)


def _after_answer(case: Case, person_id: UUID) -> str:
    """Back to the referral for which the person was asked, when the address names its service."""
    service = page.args.get("service", type=UUID)
    if service is None:
        return url_for("cases.protection", case_id=case.id)
    return url_for("referrals.refer", case_id=case.id, person_id=person_id, entry_id=service)


@blueprint.route(
    "/cases/<uuid:case_id>/consents/<uuid:consent_id>/withdraw", methods=["GET", "POST"]
)
@requires(Permission.CONSENT_WITHDRAW, of=Case)
def withdraw(case: Case, consent_id: UUID) -> ResponseReturnValue:
    """Take a yes back on the person's word."""
    work, form = current_work(), CaseworkForm()
    consent = find_consent(work, case, consent_id)
    response = save(
        form,
        lambda: withdraw_consent(work, consent, case),
        lambda _consent: url_for("cases.protection", case_id=case.id),
        _("The consent is withdrawn. What it opened is closed."),
    )
    return response or render_case(
        "consent/withdraw.html", case, "cases.protection", form=form, consent=consent
    )
