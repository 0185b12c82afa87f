"""Registering a household's request to come home."""

from dataclasses import dataclass

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.rules.age import age_band
from casework.services.names import note_name_change
from casework.services.people.tokens import add_tokens
from casework.services.requests.household_input import CallerInput, HouseholdInput, PersonInput
from casework.services.requests.references import ReferenceNumbers
from casework.services.requests.scoring import Order, order_today, store_score
from casework.services.work import Work
from casework.vocabulary import (
    Channel,
    ConsentForm,
    ConsentPurpose,
    ConsentState,
    DataCategory,
    LegalBasis,
    Need,
    Purpose,
    Relation,
    RequestState,
    SubjectKind,
)
from models.consent import Consent
from models.organisation import Organisation
from models.person import Household, Person
from models.return_request import RequestMember, ReturnRequest

#: What may be shared with the organisations the family agreed to.
SHARED = (
    DataCategory.IDENTITY,
    DataCategory.CONTACT,
    DataCategory.HOUSEHOLD,
    DataCategory.NEEDS,
)
_CONSENT_FORMS = {
    Channel.PHONE: ConsentForm.ORAL,
    Channel.PUBLIC_FORM: ConsentForm.ELECTRONIC,
}


@dataclass(frozen=True)
class Intake:
    """What registering at an organisation needs to know, looked up once for many households."""

    numbers: ReferenceNumbers
    order: Order


def open_intake(work: Work, organisation: Organisation) -> Intake:
    """Ready to register at `organisation` within this unit of work."""
    return Intake(ReferenceNumbers(work, organisation), order_today(work))


def register_request(
    work: Work,
    household: HouseholdInput,
    *,
    state: RequestState = RequestState.SUBMITTED,
    matches: int = 0,
) -> ReturnRequest:
    """Store a household, its people and their request, with one entry for all of it.

    Checks no permission: the callers do. `matches` counts the people who look alike and were said
    to be others. Raises InvalidInput for what cannot be registered.
    """
    request = add_request(work, household, open_intake(work, household.organisation), state)
    work.record(
        Act(
            "request.registered",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.RETURN_REQUEST_CREATE,
            subjects={request.subject_id},
            facts={
                "reference": request.reference,
                "channel": request.channel.value,
                "basis": request.legal_basis.value,
                "state": state.value,
                "people": len(request.members),
                "matches": matches,
            },
        )
    )
    return request


def add_request(
    work: Work, household: HouseholdInput, intake: Intake, state: RequestState
) -> ReturnRequest:
    """Add the rows of a household's request; the caller's entry accounts for them.

    Raises InvalidInput for what cannot be registered.
    """
    check_household(household)
    family = Household(subject_id=work.new_subject(SubjectKind.HOUSEHOLD).id)
    request = _request(work, household, family, intake, state)
    work.session.add_all([family, request])
    for member in household.members:
        add_member(work, request, member)
    _add_consents(work, request, household)
    store_score(work, request, intake.order)
    return request


def check_household(household: HouseholdInput) -> None:
    """Raise InvalidInput for what no form and no file may bring."""
    if not household.members:
        raise InvalidInput(N_("A request needs at least one person."), "members")
    relations = [member.relation for member in household.members]
    if relations[0] is not Relation.PRINCIPAL or relations.count(Relation.PRINCIPAL) > 1:
        raise InvalidInput(N_("A request has one principal, who comes first."), "members")
    if household.legal_basis is LegalBasis.CONSENT and household.consent_given_on is None:
        raise InvalidInput(
            N_("Write the day the consent was given, or choose another legal basis."),
            "consent_given_on",
        )


def _request(
    work: Work,
    household: HouseholdInput,
    family: Household,
    intake: Intake,
    state: RequestState,
) -> ReturnRequest:
    request = ReturnRequest(
        reference=intake.numbers.draw(household.submitted_on.year),
        source_reference=household.source_reference,
        lodged_at_id=household.organisation.id,
        household_id=family.id,
        subject_id=family.subject_id,
        created_by_id=work.actor.id,
        channel=household.channel,
        state=state,
        submitted_on=household.submitted_on,
        confirmed_on=household.submitted_on,
        country=household.country,
        home_aimag=household.home_aimag or None,
        home_soum=household.home_soum or None,
        language=household.language,
        legal_basis=household.legal_basis,
        consent_given_on=household.consent_given_on,
        visa_expires_on=household.visa_expires_on,
        city=household.city or None,
        note=household.note or None,
        score=None,
    )
    request.lodged_at = household.organisation
    _note_caller(request, household.caller)
    return request


def _note_caller(request: ReturnRequest, caller: CallerInput) -> None:
    request.caller_relation = caller.relation
    request.caller_name = caller.name or None
    request.caller_phone = caller.phone or None
    request.caller_word = caller.word


def add_member(work: Work, request: ReturnRequest, member: PersonInput) -> RequestMember:
    """Add a person to the request, as far on its way as the request is."""
    person = add_person(work, member, request)
    row = RequestMember(
        person_id=person.id,
        subject_id=person.subject_id,
        position=max((each.position for each in request.members), default=0) + 1,
        relation=member.relation,
        state=request.state,
        document_status=member.document_status,
        private=member.private,
        needs=sorted(member.needs - {Need.PROTECTION}),
        due_date=member.due_date,
        protection=member.protection or Need.PROTECTION in member.needs,
    )
    row.person = person
    request.members.append(row)
    return row


def add_person(work: Work, member: PersonInput, request: ReturnRequest) -> Person:
    """Store a person of the household, who can be found by name and number from the commit on."""
    person = Person(
        subject_id=work.new_subject(SubjectKind.PERSON).id,
        household_id=request.household_id,
        sex=member.sex,
        age_band=age_band(member.birth_date, clock.today()),
        language=member.language or request.language,
        ovog=member.ovog or None,
        patronymic=member.patronymic or None,
        given_name=member.given_name,
        latin_name=member.latin_name or None,
        birth_date=member.birth_date,
        register_number=member.register_number or None,
        passport_number=member.passport_number or None,
        phone=member.phone or None,
        email=member.email or None,
        safe_contact=member.safe_contact or None,
        may_write=member.may_write,
    )
    work.session.add(person)
    add_tokens(work, person)
    note_name_change(work, person)
    return person


def _add_consents(work: Work, request: ReturnRequest, household: HouseholdInput) -> None:
    """The principal's word: to the assistance itself, and to each organisation named."""
    recipients: list[Organisation | None] = [*household.share_with]
    if household.legal_basis is LegalBasis.CONSENT:
        recipients.insert(0, None)
    principal = request.members[0].person
    for recipient in recipients:
        consent = Consent(
            subject_id=principal.subject_id,
            person_id=principal.id,
            request_id=request.id,
            purpose=ConsentPurpose.RETURN_ASSISTANCE,
            recipient_id=recipient.id if recipient else None,
            categories=[category.value for category in SHARED] if recipient else [],
            state=ConsentState.GIVEN,
            form=_CONSENT_FORMS.get(household.channel, ConsentForm.WRITTEN),
            language=request.language,
            given_on=household.consent_given_on or household.submitted_on,
            recorded_by_id=work.actor.id,
        )
        work.session.add(consent)


def home_country(work: Work) -> str | None:
    """The country that the actor's organisation serves, as alpha-2."""
    if work.actor.organisation_id is None:
        return None
    country = work.session.get_one(Organisation, work.actor.organisation_id).country
    return None if country == "MN" else country
