"""Referring somebody: from a case file, or a person who walked in."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.referrals.forms import (
    ReferForm,
    ServiceFilter,
    WalkInForm,
    WithoutConsentForm,
    refer_form,
)
from blueprints.referrals.routes import blueprint
from casework.errors import InvalidInput
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.directory.entries import Wanted
from casework.services.referrals.choosing import (
    Choice,
    choose,
    offered,
    person_in,
    services_of_others,
)
from casework.services.referrals.lists import referrals_of_case
from casework.services.referrals.sending import (
    Proposal,
    propose_without_consent,
    send_referral,
)
from casework.services.referrals.walk_in import NewPerson, WalkIn, refer_walk_in
from casework.vocabulary import ConsentPurpose
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.consent_fields import giver_of
from casework.web.i18n import _, translate
from casework.web.saving import save
from casework.web.service_card import cards_of
from casework.web.unit import current_work
from models.case import Case
from models.referral import Referral

TAB = "referrals.of_case"


def _at(referral: Referral) -> str:
    return url_for("referrals.show", referral_id=referral.id)


@blueprint.get("/cases/<uuid:case_id>/referrals")
@requires(Permission.REFERRAL_READ, of=Case)
def of_case(case: Case) -> ResponseReturnValue:
    """The referrals out of this case."""
    work = current_work()
    may_refer = allowed(work, Permission.REFERRAL_CREATE, case)
    lines = referrals_of_case(work, case)
    return render_case("referrals/of_case.html", case, TAB, lines=lines, may_refer=may_refer)


@blueprint.get("/cases/<uuid:case_id>/referrals/new")
@requires(Permission.REFERRAL_CREATE, of=Case)
def choose_service(case: Case) -> ResponseReturnValue:
    """Whom, and to which service."""
    work = current_work()
    form = ServiceFilter(request.args)
    wanted = Wanted(service=form.service.data, aimag=form.aimag.data)
    person = person_in(case, request.args.get("person", type=UUID))
    cards = cards_of(work, services_of_others(work, wanted))
    return render_case("referrals/choose.html", case, TAB, form=form, cards=cards, person=person)


@blueprint.route(
    "/cases/<uuid:case_id>/people/<uuid:person_id>/refer/<uuid:entry_id>", methods=["GET", "POST"]
)
@requires(Permission.REFERRAL_CREATE, of=Case)
def refer(case: Case, person_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """The gates, what the service should know, and sending it."""
    choice = _choice(case, person_id, entry_id)
    if choice is None:
        return _choose_again(case, person_id)
    form = refer_form(choice.gates)
    response = save(
        form,
        lambda: send_referral(current_work(), case, _proposal(choice, form), form.sent_consent()),
        _at,
        _("The referral is sent."),
    )
    return response or _form_page(
        "referrals/refer.html", case, choice, form, consent_url=_consent_url(case, choice)
    )


def _choice(case: Case, person_id: UUID, entry_id: UUID) -> Choice | None:
    """The choice; None, said on the next page, when the service is not offered now."""
    try:
        return choose(current_work(), case, person_id, entry_id)
    except InvalidInput as error:
        flash(translate(error.message), "error")
        return None


def _choose_again(case: Case, person_id: UUID) -> Response:
    return redirect(url_for("referrals.choose_service", case_id=case.id, person=person_id))


def _consent_url(case: Case, choice: Choice) -> str | None:
    """Where this consent can be recorded on the way; that page leads back here."""
    if not allowed(current_work(), Permission.CONSENT_RECORD, case):
        return None
    return url_for(
        "consent.record",
        case_id=case.id,
        person=choice.person.id,
        purpose=ConsentPurpose.REFERRAL.value,
        organisation=choice.entry.organisation_id,
        service=choice.entry.id,
    )


@blueprint.route(
    "/cases/<uuid:case_id>/people/<uuid:person_id>/refer/<uuid:entry_id>/without-consent",
    methods=["GET", "POST"],
)
@requires(Permission.REFERRAL_CREATE, of=Case)
def without_consent(case: Case, person_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Only for a risk to life or a child's best interests; a second person sends it."""
    choice = _choice(case, person_id, entry_id)
    if choice is None:
        return _choose_again(case, person_id)
    form = WithoutConsentForm()
    response = save(
        form,
        lambda: propose_without_consent(
            current_work(), case, _proposal(choice, form), form.ground.data, form.why.data
        ),
        _at,
        _("Written. It is sent as soon as a second person confirms it."),
    )
    return response or _form_page("referrals/without_consent.html", case, choice, form)


def _form_page(
    template: str,
    case: Case,
    choice: Choice,
    form: ReferForm | WithoutConsentForm,
    consent_url: str | None = None,
) -> str:
    card = cards_of(current_work(), [choice.entry])[0]
    values = {"form": form, "choice": choice, "card": card, "consent_url": consent_url}
    return render_case(template, case, TAB, **values)


def _proposal(choice: Choice, form: ReferForm | WithoutConsentForm) -> Proposal:
    return Proposal(
        person=choice.person,
        entry=choice.entry,
        urgency=form.urgency.data,
        reason=form.reason.data,
        categories=form.categories.data,
    )


@blueprint.route("/referrals/new", methods=["GET", "POST"])
@requires(Permission.CASE_CREATE)
def new() -> ResponseReturnValue:
    """A person who walked in: record, consent and referral on one page."""
    form = WalkInForm()
    response = save(
        form,
        lambda: refer_walk_in(current_work(), _walk_in(form)),
        _at,
        _("The case is open and the referral is sent."),
    )
    return response or render_template("referrals/new.html", form=form)


def _walk_in(form: WalkInForm) -> WalkIn:
    person = NewPerson(
        given_name=form.given_name.data,
        patronymic=form.patronymic.data,
        sex=form.sex.data,
        birth_date=form.birth_date.data,
        age=form.age.data,
        phone=form.phone.data,
        safe_contact=form.safe_contact.data,
    )
    return WalkIn(
        person=person,
        entry=offered(current_work(), UUID(form.service.data)),
        urgency=form.urgency.data,
        reason=form.reason.data,
        categories=form.categories.data,
        consent_form=form.consent_form.data,
        consent_on=form.consent_on.data,
        circumstances=form.circumstances.data or None,
        giver=giver_of(form),
        interpreter=form.interpreter.data or None,
    )
