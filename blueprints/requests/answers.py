"""What was typed, as the services take it."""

from typing import Any

from blueprints.requests.forms import RegisterForm
from casework import clock
from casework.rules.age import due_date
from casework.services.organisations import get_organisation
from casework.services.requests.household_input import CallerInput, HouseholdInput, PersonInput
from casework.services.requests.missions import chosen_mission
from casework.services.work import Work
from casework.vocabulary import Need, Relation

#: Answers that go to the services under their own name.
SAME = (
    "given_name",
    "sex",
    "birth_date",
    "ovog",
    "patronymic",
    "latin_name",
    "register_number",
    "passport_number",
    "phone",
    "email",
    "safe_contact",
    "may_write",
    "document_status",
)


def household_of(work: Work, form: RegisterForm) -> HouseholdInput:
    """The household on the page, lodged at the mission chosen there."""
    members = [entry.form for entry in form.members]
    relations = [Relation.PRINCIPAL, *(member.relation.data for member in members[1:])]
    return HouseholdInput(
        organisation=chosen_mission(work, form.mission.data),
        channel=form.channel.data,
        submitted_on=form.submitted_on.data,
        country=form.country.data,
        legal_basis=form.legal_basis.data,
        members=tuple(
            person_of(member, relation) for member, relation in zip(members, relations, strict=True)
        ),
        city=form.city.data,
        home_aimag=form.home_aimag.data or "",
        home_soum=form.home_soum.data or "",
        language=form.language.data,
        consent_given_on=form.consent_given_on.data,
        visa_expires_on=form.visa_expires_on.data,
        share_with=tuple(get_organisation(work, code) for code in form.share_with.data or ()),
        note=form.note.data,
        caller=CallerInput(
            form.caller_relation.data,
            form.caller_name.data,
            form.caller_phone.data,
            form.caller_word.data,
        ),
    )


def person_of(form: Any, relation: Relation) -> PersonInput:
    """The person of one section."""
    needs = set(form.needs.data or ())
    weeks = form.pregnancy_weeks.data
    if weeks:
        needs.add(Need.PREGNANT)
    return PersonInput(
        relation=relation,
        needs=frozenset(needs),
        due_date=due_date(weeks, clock.today()) if weeks else None,
        protection=form.protection.ticked,
        **{name: getattr(form, name).data for name in SAME},
    )
