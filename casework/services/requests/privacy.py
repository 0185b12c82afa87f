"""Members of a household who are private from the others: an abuser may sit in the same family.

What is known of a private member stands on a page of its own, never beside the others; nobody of
the household brings her to a case or answers for her; an earlier yes to one common case no longer
counts and must be asked for again, alone; the family is told nothing.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.work import Work
from casework.vocabulary import ConsentState, Purpose
from models.case import Case
from models.consent import Consent
from models.person import Person
from models.return_request import RequestMember, ReturnRequest


def set_private(
    work: Work,
    request: ReturnRequest,
    member: RequestMember,
    private: bool,
    version: int | None = None,
) -> None:
    """Make a member private from the rest of the household, or no longer."""
    require(work, Permission.RETURN_REQUEST_UPDATE, request)
    expect_version(member, version)
    _change(work, member, private, Permission.RETURN_REQUEST_UPDATE)


def set_private_by_merge(work: Work, member: RequestMember, private: bool) -> None:
    """The same when a merge brings it over, or is undone; also for one who came alone."""
    _set(work, member, private, Permission.RETURN_REQUEST_MERGE)


def set_private_in_case(
    work: Work, case: Case, member: RequestMember, private: bool, version: int | None = None
) -> None:
    """The same from a case file, for one of its people."""
    require(work, Permission.CASE_UPDATE, case)
    expect_version(member, version)
    _change(work, member, private, Permission.CASE_UPDATE, case)


def member_in_case(work: Work, case: Case, person: Person) -> RequestMember:
    """What the request knows of this person of a case; InvalidInput when there is no request."""
    statement = select(RequestMember).where(
        RequestMember.request_id == case.request_id, RequestMember.person_id == person.id
    )
    member = work.session.scalars(statement).first()
    if member is None:
        raise InvalidInput(N_("Nothing is known here of a household of this person."))
    return member


def private_people(work: Work, case: Case) -> set[UUID]:
    """Ids of those people of a case who are private from their household."""
    if case.request_id is None:
        return set()
    statement = select(RequestMember.person_id).where(
        RequestMember.request_id == case.request_id,
        RequestMember.person_id.in_([one.person_id for one in case.people]),
        RequestMember.private,
    )
    return set(work.session.scalars(statement))


def apart(members: Sequence[RequestMember]) -> Collection[UUID]:
    """Ids of the members whose data do not stand beside those of the others."""
    return {member.id for member in members if member.private} if len(members) > 1 else set()


def _change(
    work: Work,
    member: RequestMember,
    private: bool,
    permission: Permission,
    case: Case | None = None,
) -> None:
    if private and len(member.request.members) < 2:
        raise InvalidInput(N_("This person came alone: there is nobody to be private from."))
    _set(work, member, private, permission, case)


def _set(
    work: Work,
    member: RequestMember,
    private: bool,
    permission: Permission,
    case: Case | None = None,
) -> None:
    with work.beyond("privacy holds wherever the person is known"):
        member.private = private
        if private:
            _take_back_common_case(work, member)
    work.record(
        Act(
            "member.privacy_changed",
            Purpose.PROTECTION,
            permission=permission,
            case_id=case.id if case else None,
            subjects=[member.subject_id],
            facts={"member": str(member.id), "private": private},
        )
    )


def _take_back_common_case(work: Work, member: RequestMember) -> None:
    agreed = work.session.scalars(
        select(Consent).where(
            Consent.person_id == member.person_id,
            Consent.state == ConsentState.GIVEN,
            Consent.common_case,
        )
    )
    for consent in agreed:
        consent.common_case = False
