"""Between the forms and what the services are told."""

from uuid import UUID

from flask import request as page

from blueprints.consent.forms import (
    ArrivalForm,
    AskingForm,
    ConsentQuestionForm,
    arrival_form,
    question_form,
)
from casework.services.consents import arrival
from casework.services.consents.on_case import recipients
from casework.services.consents.recording import Answer, Asking
from casework.services.work import Work
from casework.vocabulary import ConsentPurpose, DataCategory
from casework.web.consent_fields import giver_of
from models.case import Case
from models.organisation import Organisation
from models.return_request import RequestMember, ReturnRequest


def form_at_arrival(request: ReturnRequest, member: RequestMember) -> ArrivalForm:
    """The questions to this member, and the children who may come along."""
    minors = arrival.children_of(request) if arrival.is_adult(member) else []
    named = [(str(child.id), child.person.short_name) for child in minors]
    return arrival_form(named, language=request.language)


def form_on_case(case: Case) -> ConsentQuestionForm:
    """One question on a case; the address may say whom to ask, for what, for whom."""
    people = [(str(one.person_id), one.person.short_name) for one in case.people]
    return question_form(
        people,
        person=page.args.get("person", people[0][0]),
        purpose=next((one for one in ConsentPurpose if one == page.args.get("purpose")), None),
        organisation=page.args.get("organisation"),
    )


def _chosen(organisations: list[Organisation], chosen: str | None) -> Organisation | None:
    return next((one for one in organisations if str(one.id) == chosen), None)


def asking_of(
    form: AskingForm, *, request: ReturnRequest | None = None, case: Case | None = None
) -> Asking:
    """How it was asked."""
    return Asking(
        form=form.form.data,
        language=form.language.data,
        asked_alone=form.asked_alone.data,
        request=request,
        case=case,
        circumstances=form.circumstances.data or None,
        giver=giver_of(form),
        interpreter=form.interpreter.data or None,
        expires_on=form.expires_on.data if "expires_on" in form else None,
    )


def interview_of(work: Work, form: ArrivalForm, request: ReturnRequest) -> arrival.Interview:
    """What the member answered."""
    chosen = {UUID(child) for child in form["children"].data or ()}
    return arrival.Interview(
        asking=asking_of(form, request=request),
        organisation=_chosen(arrival.case_holders(work), form.organisation.data),
        case_management=form.case_management.data,
        categories=form.categories.data or (),
        common_case=bool(form.common_case.data),
        others=form.further_answers(),
        children=[child for child in request.members if child.id in chosen],
    )


def question_of(work: Work, form: ConsentQuestionForm, case: Case) -> Answer:
    """What a person of the case answered to one question."""
    person = next(one.person for one in case.people if str(one.person_id) == form["person"].data)
    categories: list[DataCategory] = form.categories.data or []
    return Answer(
        person=person,
        purpose=form.purpose.data,
        given=form.given.data,
        recipient=_chosen(recipients(work), form.organisation.data),
        categories=categories,
    )
