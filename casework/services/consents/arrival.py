"""Each adult is asked alone when the way home ends; a yes opens a case with whom she chose.

Nobody of the household is told what another answered: every page shows one adult, and only that
the others were or were not asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.cases.opening import Opening, cases_of, join_case, open_case
from casework.services.consents.recording import (
    Answer,
    Asking,
    Giver,
    live_consent,
    record_consent,
)
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import (
    AgeBand,
    AskedBy,
    Assent,
    CaseKind,
    CaseState,
    ConsentPurpose,
    DataCategory,
    LegalBasis,
    OrganisationKind,
    Purpose,
    RequestState,
)
from models.case import Case
from models.consent import Consent
from models.organisation import Organisation
from models.person import Person
from models.return_request import RequestMember, ReturnRequest

ADULTS = (AgeBand.ADULT, AgeBand.ELDER)
#: From the queue on a case may open before departure too: reception, return-risk assessment.
ASKED_IN = (
    RequestState.QUEUED,
    RequestState.OFFERED,
    RequestState.CONFIRMED,
    RequestState.TRAVELLING,
    RequestState.ARRIVED,
)
CASE_HOLDERS = (OrganisationKind.IOM, OrganisationKind.NGO, OrganisationKind.AGENCY)
PAGE = 50


@dataclass(frozen=True)
class Interview:
    """What one adult, asked alone, answered.

    `organisation` may open a case (None: nobody was named); `others` are the further purposes with
    yes or no; `children` come with this adult.
    """

    asking: Asking
    organisation: Organisation | None
    case_management: bool
    categories: Sequence[DataCategory]
    common_case: bool
    others: dict[ConsentPurpose, bool]
    children: Sequence[RequestMember] = ()


def _not_asked() -> ColumnElement[bool]:
    """Somebody still has to be asked: an adult, or a child without any or private from them."""
    adult = and_(
        RequestMember.person_id == Person.id,
        or_(Person.age_band.in_(ADULTS), RequestMember.private),
    )
    of_request = RequestMember.request_id == ReturnRequest.id
    here = and_(of_request, RequestMember.state == RequestState.ARRIVED)
    arrived = RequestMember.state == RequestState.ARRIVED, RequestMember.asked_at.is_(None)
    some = ReturnRequest.id.in_(select(RequestMember.request_id).where(*arrived))
    waiting = exists().where(here, adult, RequestMember.asked_at.is_(None))
    return and_(some, or_(waiting, ~exists().where(of_request, adult)))


def arrivals_to_ask(work: Work, after: str | None = None) -> list[ReturnRequest]:
    """Arrived requests with somebody not asked yet, by reference, 50 after `after` (and one more,
    which tells that there is a next page).
    """
    statement = (
        select(ReturnRequest)
        .where(visible(work.actor, Permission.CONSENT_RECORD, ReturnRequest), _not_asked())
        .options(selectinload(ReturnRequest.members))
        .order_by(ReturnRequest.reference)
        .limit(PAGE + 1)
    )
    if after:
        statement = statement.where(ReturnRequest.reference > after)
    return list(work.session.scalars(statement))


def count_arrivals_to_ask(work: Work) -> int:
    """How many arrived requests have somebody not asked yet."""
    allowed = visible(work.actor, Permission.CONSENT_RECORD, ReturnRequest)
    statement = select(func.count()).select_from(ReturnRequest).where(allowed, _not_asked())
    return work.session.scalar(statement) or 0


def is_adult(member: RequestMember) -> bool:
    """Whether this member answers for herself."""
    return member.person.age_band in ADULTS


def members_to_ask(request: ReturnRequest) -> list[RequestMember]:
    """Who is asked: every adult, and every child that is private from them; where there is no
    adult, the children. Each child is asked with a guardian.
    """
    asked = [member for member in request.members if is_adult(member) or member.private]
    return asked or list(request.members)


def children_of(request: ReturnRequest) -> list[RequestMember]:
    """Children that may come to a case with an adult of the household: none who is private."""
    children = [member for member in request.members if not is_adult(member)]
    if len(children) == len(request.members):
        return []
    return [child for child in children if not child.private]


def find_member_to_ask(request: ReturnRequest, member_id: UUID) -> RequestMember:
    """The member of this request; NotFound when it is not one that is asked."""
    for member in members_to_ask(request):
        if member.id == member_id:
            return member
    raise NotFound


def case_holders(work: Work) -> list[Organisation]:
    """Organisations that may open a case for somebody who agrees, IOM first."""
    found = work.session.scalars(
        select(Organisation)
        .where(Organisation.kind.in_(CASE_HOLDERS), Organisation.active)
        .order_by(Organisation.code)
    )
    return sorted(found, key=lambda one: CASE_HOLDERS.index(one.kind))


def ask(
    work: Work, request: ReturnRequest, member: RequestMember, interview: Interview
) -> Case | None:
    """Keep the answers of one adult; with a yes to case management the case opens at once.

    Returns the case that now holds her, or None after a refusal: nothing opens then, and nothing
    else changes for her. Raises InvalidTransition before the request is in the queue.
    """
    require(work, Permission.CONSENT_RECORD, request)
    if request.state not in ASKED_IN:
        raise InvalidTransition(
            N_("Adults are asked from the queue on. This request is: %(state)s."),
            state=request.state,
        )
    _check_privacy(member, interview)
    consents = _keep_answers(work, member, interview)
    member.asked_at = clock.now()
    agreed = interview.organisation is not None and interview.case_management
    facts = {"answers": len(consents), "cases": int(agreed)}
    work.record(
        Act(
            "arrival.asked",
            Purpose.CASE_MANAGEMENT,
            permission=Permission.CONSENT_RECORD,
            subjects={member.subject_id},
            facts=facts,
        )
    )
    if not agreed:
        return None
    with work.beyond("who asks at arrival brings her to a case that others then work on"):
        return _bring_to_case(work, request, member, interview, consents[0])


def _check_privacy(member: RequestMember, interview: Interview) -> None:
    if is_adult(member) and not interview.asking.asked_alone:
        raise InvalidInput(
            N_("Ask each adult apart from the household, then write the answers down."),
            "asked_alone",
        )


def _keep_answers(work: Work, member: RequestMember, interview: Interview) -> list[Consent]:
    """The adult's consents, the one to case management first, then hers for the children."""
    own = Answer(
        person=member.person,
        purpose=ConsentPurpose.CASE_MANAGEMENT,
        given=interview.case_management,
        recipient=interview.organisation,
        categories=interview.categories if interview.case_management else (),
        common_case=interview.common_case,
    )
    others = [Answer(member.person, purpose, given) for purpose, given in interview.others.items()]
    kept = [record_consent(work, answer, interview.asking) for answer in [own, *others]]
    guardian = Giver(AskedBy.GUARDIAN, guardian_id=member.person_id, assent=Assent.NOT_ASKED)
    for child in interview.children:
        answer = replace(own, person=child.person)
        kept.append(record_consent(work, answer, replace(interview.asking, giver=guardian)))
    return kept


def _bring_to_case(
    work: Work,
    request: ReturnRequest,
    member: RequestMember,
    interview: Interview,
    consent: Consent,
) -> Case:
    """Her case with the organisation: the one she has, a common one, or a new one.

    The system does it, since who asks may not work on cases; the consent is the cause.
    """
    organisation = interview.organisation
    assert organisation is not None  # noqa: S101 - a yes names one
    system = work.acting_as(system_actor(work.actor.origin.channel))
    people = [member.person, *_free_children(work, interview, organisation)]
    own = cases_of(work, member.person_id, organisation.id)
    common = _common_case(work, request, organisation) if interview.common_case else None
    case = own[0] if own else common
    if case is not None:
        return join_case(system, case, people, cause=str(consent.id))
    opening = Opening(
        organisation, people, CaseKind.RETURNEE, LegalBasis.CONSENT, request, str(consent.id)
    )
    return open_case(system, opening)


def _free_children(work: Work, interview: Interview, organisation: Organisation) -> list[Person]:
    """The children with her who are in no case of this organisation yet."""
    return [
        child.person
        for child in interview.children
        if not cases_of(work, child.person_id, organisation.id)
    ]


def _common_case(work: Work, request: ReturnRequest, organisation: Organisation) -> Case | None:
    """A case of this household whose every adult agreed to one common case."""
    cases = work.session.scalars(
        select(Case).where(
            Case.request_id == request.id,
            Case.organisation_id == organisation.id,
            Case.state != CaseState.CLOSED,
        )
    )
    for case in cases:
        adults = [one.person_id for one in case.people if one.person.age_band in ADULTS]
        if adults and all(_agrees_to_common(work, person, organisation) for person in adults):
            return case
    return None


def _agrees_to_common(work: Work, person_id: UUID, organisation: Organisation) -> bool:
    consent = live_consent(work, person_id, ConsentPurpose.CASE_MANAGEMENT, organisation.id)
    return consent is not None and consent.common_case
