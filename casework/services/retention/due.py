"""Whose data are past their retention period.

A person's data are kept until every request, stay and case of hers has ended and the longest of
their periods has passed. The organisation of her last case watches over it; where she never had
one, the organisation whose protection officer watches over the ministry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from casework import clock
from casework.policy import Permission
from casework.rules.retention import retention_rules
from casework.services.access import require
from casework.services.protection.officers import watching_organisation
from casework.services.work import Work
from casework.vocabulary import CaseState, OrganisationKind, Purpose, RequestState, StayState
from models.case import Case, CasePerson
from models.facility import Stay
from models.organisation import Organisation
from models.person import Person
from models.return_request import RequestMember, ReturnRequest
from models.rights import ErasedSubject, LegalHold

PAGE = 50
WHY = "periods are counted over the records of every organisation"
_TRAVEL_ENDED = (
    RequestState.ARRIVED,
    RequestState.WITHDRAWN,
    RequestState.DECLINED,
    RequestState.DUPLICATE,
    RequestState.OWN_MEANS,
)
_STAY_ENDED = (
    StayState.RELEASED,
    StayState.TRANSFERRED,
    StayState.ABSCONDED,
    StayState.DECEASED,
    StayState.CANCELLED,
)
#: The day a request ended, as far as it is known.
_ENDED_ON = func.coalesce(
    ReturnRequest.arrived_on,
    ReturnRequest.withdrawn_on,
    ReturnRequest.declined_on,
    ReturnRequest.confirmed_on,
)


@dataclass(frozen=True)
class Kept:
    """What is shown of one person: numbers of her records, and the last day of her period."""

    person_id: UUID
    numbers: tuple[str, ...]
    kept_until: date


def due_people(work: Work, after: UUID | None = None) -> list[Kept]:
    """People of the actor's organisation past their period: 50 and one more, by id."""
    require(work, Permission.RETENTION_APPROVE)
    with work.beyond(WHY):
        people = select(Person).where(past(clock.today()), _watched(work), ~_on_hold())
        if after is not None:
            people = people.where(Person.id > after)
        found = work.session.scalars(people.order_by(Person.id).limit(PAGE + 1)).all()
        return [kept(work, person) for person in found]


def count_due(work: Work) -> int:
    """How many people of the actor's organisation are past their period and not held by law."""
    with work.beyond(WHY):
        statement = select(func.count(Person.id)).where(
            past(clock.today()), _watched(work), ~_on_hold()
        )
        return work.session.scalar(statement) or 0


def past(on: date) -> ColumnElement[bool]:
    """People of whom every record has ended and the last period is over."""
    rules = retention_rules()
    travelled = exists().where(RequestMember.person_id == Person.id)
    helped = exists().where(CasePerson.person_id == Person.id)
    travel_before = rules.ended_before(Purpose.RETURN_ASSISTANCE, on)
    travels = exists().where(
        RequestMember.person_id == Person.id,
        RequestMember.request_id == ReturnRequest.id,
        or_(RequestMember.state.not_in(_TRAVEL_ENDED), travel_before <= _ENDED_ON),
    )
    case_before = rules.ended_before(Purpose.CASE_MANAGEMENT, on)
    helps = exists().where(
        CasePerson.person_id == Person.id,
        CasePerson.case_id == Case.id,
        or_(Case.state != CaseState.CLOSED, Case.closed_on >= case_before),
    )
    stay_before = rules.ended_before(Purpose.QUARANTINE, on)
    stays = exists().where(
        Stay.person_id == Person.id,
        or_(Stay.state.not_in(_STAY_ENDED), Stay.last_night >= stay_before),
    )
    erased = exists().where(ErasedSubject.subject_id == Person.subject_id)
    return and_(or_(travelled, helped), ~travels, ~helps, ~stays, ~erased)


def is_past(work: Work, person_id: UUID, on: date) -> bool:
    """Whether one person's data are past their period."""
    found = work.session.scalar(select(Person.id).where(Person.id == person_id, past(on)))
    return found is not None


def _on_hold() -> ColumnElement[bool]:
    return exists().where(
        LegalHold.person_id == Person.id,
        LegalHold.lifted_on.is_(None),
        or_(LegalHold.until.is_(None), LegalHold.until >= clock.today()),
    )


def _watched(work: Work) -> ColumnElement[bool]:
    own = work.actor.organisation_id
    case_of_ours = exists().where(
        CasePerson.person_id == Person.id,
        CasePerson.case_id == Case.id,
        Case.organisation_id == own,
    )
    if not _watches_ministry(work):
        return case_of_ours
    return or_(case_of_ours, ~exists().where(CasePerson.person_id == Person.id))


def _watches_ministry(work: Work) -> bool:
    ministry = work.session.scalars(
        select(Organisation.id).where(Organisation.kind == OrganisationKind.MINISTRY)
    ).first()
    watching = watching_organisation(work, ministry)
    return watching is not None and watching.id == work.actor.organisation_id


def kept(work: Work, person: Person) -> Kept:
    """Numbers and the last day of one person whose records have all ended."""
    rules = retention_rules()
    travels = work.session.execute(
        select(ReturnRequest.reference, _ENDED_ON.label("ended"))
        .join(RequestMember, RequestMember.request_id == ReturnRequest.id)
        .where(RequestMember.person_id == person.id)
    ).all()
    cases = work.session.execute(
        select(Case.number, Case.closed_on)
        .join(CasePerson, CasePerson.case_id == Case.id)
        .where(CasePerson.person_id == person.id)
    ).all()
    nights = work.session.scalars(select(Stay.last_night).where(Stay.person_id == person.id)).all()
    ends = [rules.kept_until(Purpose.RETURN_ASSISTANCE, row.ended) for row in travels]
    ends += [rules.kept_until(Purpose.CASE_MANAGEMENT, row[1]) for row in cases if row[1]]
    ends += [rules.kept_until(Purpose.QUARANTINE, night) for night in nights]
    return Kept(person.id, _numbers(travels, cases), max(ends))


def _numbers(*rows: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(row[0]) for some in rows for row in some)  # type: ignore[index]
