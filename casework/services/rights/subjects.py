"""Whose data a person's request is about: one person may stand under several merged subjects."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, or_, select

from casework.services.work import Work
from models.case import Case, CasePerson
from models.person import Household, Person
from models.return_request import RequestMember, ReturnRequest
from models.subject import Subject


def merged_subjects(work: Work, subject_id: UUID) -> frozenset[UUID]:
    """The subject and every one that was merged with it, in either direction."""
    found: frozenset[UUID] = frozenset()
    wider = frozenset({subject_id})
    while wider != found:
        found = wider
        rows = work.session.execute(
            select(Subject.id, Subject.merged_into_id).where(
                or_(Subject.id.in_(found), Subject.merged_into_id.in_(found))
            )
        )
        wider = found | {one for row in rows for one in row if one is not None}
    return found


@dataclass(frozen=True)
class Reach:
    """Everything under which data of one person may stand.

    `own`: subjects of hers alone, with those of households and cases that nobody else is in.
    `shared`: subjects of households and cases with other people. `requests` and `cases` hold both.
    """

    people: frozenset[UUID]
    own: frozenset[UUID]
    shared: frozenset[UUID]
    requests: frozenset[UUID]
    cases: frozenset[UUID]


def reach_of(work: Work, person: Person, gone: Collection[UUID] = ()) -> Reach:
    """Where data of this person stand; reads nothing of what they say.

    `gone`: people who no longer count as others, being erased.
    """
    merged = merged_subjects(work, person.subject_id)
    people = frozenset(work.session.scalars(select(Person.id).where(Person.subject_id.in_(merged))))
    requests = _requests(work, people)
    cases = _cases(work, people)
    common = [*_households(work, people), *requests.values(), *cases.values()]
    alone = {one.subject_id for one in common if one.people - set(gone) <= people}
    shared = {one.subject_id for one in common} - alone
    return Reach(
        people=people,
        own=frozenset(merged | (alone - shared)),
        shared=frozenset(shared),
        requests=frozenset(requests),
        cases=frozenset(cases),
    )


@dataclass
class _Common:
    """A household, request or case: whose key protects it and who is in it."""

    subject_id: UUID
    people: set[UUID]


def _households(work: Work, people: Collection[UUID]) -> list[_Common]:
    ids = select(Person.household_id).where(Person.id.in_(people))
    rows = work.session.execute(
        select(Household.id, Household.subject_id, Person.id)
        .join(Person, Person.household_id == Household.id)
        .where(Household.id.in_(ids))
    )
    return list(_gathered(rows).values())


def _requests(work: Work, people: Collection[UUID]) -> dict[UUID, _Common]:
    ids = select(RequestMember.request_id).where(RequestMember.person_id.in_(people))
    return _gathered(
        work.session.execute(
            select(ReturnRequest.id, ReturnRequest.subject_id, RequestMember.person_id)
            .join(RequestMember, RequestMember.request_id == ReturnRequest.id)
            .where(ReturnRequest.id.in_(ids))
        )
    )


def _cases(work: Work, people: Collection[UUID]) -> dict[UUID, _Common]:
    ids = select(CasePerson.case_id).where(CasePerson.person_id.in_(people))
    return _gathered(
        work.session.execute(
            select(Case.id, Case.subject_id, CasePerson.person_id)
            .join(CasePerson, CasePerson.case_id == Case.id)
            .where(Case.id.in_(ids))
        )
    )


def _gathered(rows: Iterable[Row[UUID, UUID, UUID]]) -> dict[UUID, _Common]:
    found: dict[UUID, _Common] = {}
    for row_id, subject_id, person_id in rows:
        found.setdefault(row_id, _Common(subject_id, set())).people.add(person_id)
    return found
