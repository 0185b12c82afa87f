"""Who is in a case, with what the return request knows of each."""

from dataclasses import dataclass

from sqlalchemy import select

from casework.services.work import Work
from casework.vocabulary import Need, Relation
from models.case import Case
from models.person import Person
from models.return_request import RequestMember


@dataclass(frozen=True)
class CaseMember:
    """A person of a case; relation, needs and privacy come from the request, where there is one.

    `private` is None where no household is known.
    """

    person: Person
    relation: Relation | None
    needs: tuple[Need, ...]
    private: bool | None = None


def members_of(work: Work, case: Case) -> list[CaseMember]:
    """The people of this case, in order. Of the request's other members nothing is read."""
    ids = [member.person_id for member in case.people]
    rows = work.session.scalars(
        select(RequestMember).where(
            RequestMember.request_id == case.request_id, RequestMember.person_id.in_(ids)
        )
    )
    asked = {row.person_id: row for row in rows}
    return [_member(one.person, asked.get(one.person_id)) for one in case.people]


def _member(person: Person, asked: RequestMember | None) -> CaseMember:
    if asked is None:
        return CaseMember(person, None, ())
    needs = tuple(Need(need) for need in asked.needs)
    return CaseMember(person, asked.relation, needs, asked.private)
