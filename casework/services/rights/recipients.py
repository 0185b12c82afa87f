"""Who holds data of a person because they were shared: who must hear that they changed."""

from uuid import UUID

from sqlalchemy import or_, select

from casework.services.notices import tell
from casework.services.work import Work
from casework.vocabulary import NoticeKind, Role
from models.case import CasePerson, Grant
from models.referral import Referral
from models.user import User

#: Who of an organisation hears of it, beside the worker who answers the referral.
_RESPONSIBLE = (Role.PARTNER_COORDINATOR, Role.SUPERVISOR, Role.PROTECTION_OFFICER)


def tell_recipients(work: Work, person_id: UUID, kind: NoticeKind) -> int:
    """Tell everyone who received data of this person by a referral or a shared case.

    Each notice names the case only to who can read it already. Returns how many users were told.
    """
    told: set[UUID] = set()
    for referral in _sent(work, person_id):
        users = _responsible(work, referral.to_organisation_id, referral.assigned_to_id)
        tell(work, [one for one in users if one.id not in told], kind, record_id=referral.id)
        told |= {one.id for one in users}
    for grant in _grants(work, person_id):
        users = _responsible(work, grant.organisation_id, None)
        tell(work, [one for one in users if one.id not in told], kind, case_id=grant.case_id)
        told |= {one.id for one in users}
    return len(told)


def _sent(work: Work, person_id: UUID) -> list[Referral]:
    statement = select(Referral).where(
        Referral.person_id == person_id, Referral.sent_at.is_not(None)
    )
    return list(work.session.scalars(statement.order_by(Referral.id)))


def _grants(work: Work, person_id: UUID) -> list[Grant]:
    cases = select(CasePerson.case_id).where(CasePerson.person_id == person_id)
    return list(work.session.scalars(select(Grant).where(Grant.case_id.in_(cases))))


def _responsible(work: Work, organisation_id: UUID, worker_id: UUID | None) -> list[User]:
    statement = select(User).where(
        User.active,
        User.organisation_id == organisation_id,
        or_(User.role.in_(_RESPONSIBLE), User.id == worker_id),
    )
    return list(work.session.scalars(statement.order_by(User.id)))
