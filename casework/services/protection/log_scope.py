"""Which entries of the log a protection officer may read.

An entry is hers when a user of her organisation acted, or when its case is her organisation's,
whoever acted. When she asks about one person who is in a case of her organisation, or in a request
lodged there, entries on that person count as well, if they name no other organisation's case and
the act is of the product itself, of the return side (ministry, missions, facilities), or of an
organisation that hers shares the person with by a grant or a referral. What another organisation
does on its own cases stays unknown to her, and so does that it has any. A case that conflicts with
her own interests stays closed here too, and so do the people in it.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, or_, select, true

from casework.services.work import Work
from casework.vocabulary import OrganisationKind
from models.audit import AuditEntry, AuditSubject
from models.case import Case, CasePerson, Grant
from models.organisation import Organisation
from models.person import Person
from models.referral import Referral
from models.return_request import RequestMember, ReturnRequest
from models.user import User

Clause = ColumnElement[bool]

#: Organisations that see a person on the way home, before any case.
RETURN_SIDE = (OrganisationKind.MINISTRY, OrganisationKind.MISSION, OrganisationKind.FACILITY)


def in_scope(work: Work) -> Clause:
    """Acts of the officer's organisation, and acts on its cases.

    Written as CASE, so that no planner gathers all of them by two indexes and then sorts: the
    newest 50 come from the index on time, or from that of a user, case or person asked for.
    """
    colleagues = select(User.id).where(User.organisation_id == work.actor.organisation_id)
    by_them = AuditEntry.actor_id.in_(colleagues), true()
    on_theirs = AuditEntry.case_id.in_(own_cases(work)), true()
    closed = AuditEntry.case_id.in_(work.actor.excluded_cases), false()
    return case(closed, by_them, on_theirs, else_=false())


def own_cases(work: Work) -> Select[UUID]:
    """Ids of the cases of the officer's organisation."""
    return select(Case.id).where(Case.organisation_id == work.actor.organisation_id)


def touching(subjects: Collection[UUID]) -> Clause:
    """Entries on data under these subjects' keys."""
    ids = select(AuditSubject.id).where(AuditSubject.subject_id.in_(subjects))
    return AuditEntry.id.in_(ids)


def own_people(work: Work, subjects: Collection[UUID]) -> set[UUID]:
    """Ids of the people of these subjects whom the officer's organisation has a record of."""
    own = work.actor.organisation_id
    in_case = (
        select(Person.id)
        .join(CasePerson, CasePerson.person_id == Person.id)
        .join(Case, Case.id == CasePerson.case_id)
        .where(Person.subject_id.in_(subjects), Case.organisation_id == own)
    )
    in_request = (
        select(Person.id)
        .join(RequestMember, RequestMember.person_id == Person.id)
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .where(Person.subject_id.in_(subjects), ReturnRequest.lodged_at_id == own)
    )
    return {*work.session.scalars(in_case), *work.session.scalars(in_request)}


def on_people(work: Work, subjects: Collection[UUID]) -> Clause:
    """Entries on these people: in scope, or by somebody to whom they are known through her own."""
    if _in_excluded(work, subjects):
        return false()
    people = own_people(work, subjects)
    if not people:
        return and_(touching(subjects), in_scope(work))
    users = select(User.id).where(User.organisation_id.in_(sharing(work, people)))
    no_other_case = or_(AuditEntry.case_id.is_(None), AuditEntry.case_id.in_(own_cases(work)))
    by_them = or_(AuditEntry.actor_id.is_(None), AuditEntry.actor_id.in_(users))
    return and_(touching(subjects), or_(in_scope(work), and_(no_other_case, by_them)))


def _in_excluded(work: Work, subjects: Collection[UUID]) -> bool:
    """Whether one of these people is in a case that conflicts with the officer's interests."""
    found = (
        select(CasePerson.id)
        .join(Person, Person.id == CasePerson.person_id)
        .where(Person.subject_id.in_(subjects), CasePerson.case_id.in_(work.actor.excluded_cases))
    )
    return work.session.scalars(found.limit(1)).first() is not None


def sharing(work: Work, people: Collection[UUID]) -> set[UUID]:
    """Ids of organisations that may know of these people through the officer's organisation."""
    own = work.actor.organisation_id
    granted = (
        select(Grant.organisation_id)
        .join(CasePerson, CasePerson.case_id == Grant.case_id)
        .where(CasePerson.person_id.in_(people), Grant.case_id.in_(own_cases(work)))
    )
    of_them = Referral.person_id.in_(people), Referral.sent_at.is_not(None)
    sent = select(Referral.to_organisation_id).where(*of_them, Referral.from_organisation_id == own)
    came = select(Referral.from_organisation_id).where(*of_them, Referral.to_organisation_id == own)
    home = select(Organisation.id).where(Organisation.kind.in_(RETURN_SIDE))
    return {found for query in (granted, sent, came, home) for found in work.session.scalars(query)}
