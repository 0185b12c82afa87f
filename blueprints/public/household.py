"""What was typed over many pages, as the services take it."""

from typing import Any

from blueprints.public.pages import Answers, Page, people_count
from casework import clock
from casework.services.requests.household_input import HouseholdInput, PersonInput
from casework.vocabulary import Channel, Language, LegalBasis, Need, Relation
from casework.web.forms import CaseworkForm
from casework.web.i18n import current_language
from models.organisation import Organisation


def household_of(answers: Answers, organisation: Organisation) -> HouseholdInput:
    """The household of these answers, all of which were accepted before."""
    where, stay = _form("where", answers), _form("stay", answers)
    count = people_count(answers)
    return HouseholdInput(
        organisation=organisation,
        channel=Channel.PUBLIC_FORM,
        submitted_on=clock.today(),
        country=where.country.data,
        legal_basis=LegalBasis.CONSENT,
        members=tuple(_person(answers, place) for place in range(1, count + 1)),
        city=where.city.data,
        language=Language(current_language()),
        consent_given_on=clock.today(),
        visa_expires_on=stay.visa_expires_on.data,
    )


def _person(answers: Answers, place: int) -> PersonInput:
    name, birth = _form("name", answers, place), _form("birth", answers, place)
    papers, needs = _form("papers", answers, place), _form("needs", answers, place)
    due = needs.due_date.data
    found = {*(needs.needs.data or ()), *([Need.PREGNANT] if due else [])}
    return PersonInput(
        relation=Relation.PRINCIPAL if place == 1 else name.relation.data,
        given_name=name.given_name.data,
        patronymic=name.patronymic.data,
        sex=birth.sex.data,
        birth_date=birth.birth_date.data,
        register_number=papers.register_number.data,
        passport_number=papers.passport_number.data,
        document_status=papers.document_status.data,
        needs=frozenset(found),
        due_date=due,
        **(_contact(answers) if place == 1 else {}),
    )


def _contact(answers: Answers) -> dict[str, Any]:
    form = _form("contact", answers)
    return {name: form[name].data for name in ("phone", "email", "safe_contact", "may_write")}


def _form(name: str, answers: Answers, place: int = 0) -> Any:
    form: CaseworkForm = Page(name, place).filled(answers)
    form.validate()
    return form
