"""Telling users at once what they must know; each notice holds codes and ids only."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select, update

from casework import clock
from casework.services.work import Work
from casework.vocabulary import NoticeKind, Role
from models.notice import Notice
from models.user import Exclusion, User

PAGE = 50
#: Who watches over the cases of an organisation: a partner's coordinator does it there.
SUPERVISING = (Role.SUPERVISOR, Role.PARTNER_COORDINATOR)


def tell(
    work: Work,
    recipients: Iterable[User],
    kind: NoticeKind,
    *,
    case_id: UUID | None = None,
    record_id: UUID | None = None,
) -> int:
    """Put the notice before each recipient once; returns how many were told.

    The actor is not told of what she did herself, nor anybody of a case that her interests
    conflict with.
    """
    wanted = {user.id for user in recipients if user.active} - {work.actor.id}
    with work.beyond("a notice stands before another user"):
        if case_id is not None:
            excluded = select(Exclusion.user_id).where(Exclusion.case_id == case_id)
            wanted -= set(work.session.scalars(excluded))
        at = clock.now()
        work.session.add_all(
            Notice(user_id=user_id, kind=kind, case_id=case_id, record_id=record_id, at=at)
            for user_id in sorted(wanted)
        )
    return len(wanted)


def officers(work: Work, organisation_id: UUID | None) -> list[User]:
    """Active protection officers of an organisation."""
    return _users(work, organisation_id, (Role.PROTECTION_OFFICER,))


def supervisors(work: Work, organisation_id: UUID | None) -> list[User]:
    """Active users who watch over the cases of an organisation."""
    return _users(work, organisation_id, SUPERVISING)


def _users(work: Work, organisation_id: UUID | None, roles: Iterable[Role]) -> list[User]:
    statement = select(User).where(
        User.organisation_id == organisation_id, User.role.in_(roles), User.active
    )
    with work.beyond("who is told may be of another organisation"):
        return list(work.session.scalars(statement.order_by(User.id)))


def count_unread(work: Work) -> int:
    """Notices that the actor has not seen."""
    statement = (
        select(func.count())
        .select_from(Notice)
        .where(Notice.user_id == work.actor.id, Notice.read_at.is_(None))
    )
    return work.session.scalar(statement) or 0


def list_notices(work: Work, after: UUID | None = None) -> tuple[list[Notice], UUID | None]:
    """50 of the actor's notices, newest first, and where the next page begins."""
    hidden = work.actor.excluded_cases
    statement = select(Notice).where(Notice.user_id == work.actor.id)
    if hidden:
        statement = statement.where(Notice.case_id.is_(None) | Notice.case_id.not_in(hidden))
    if after is not None:
        statement = statement.where(Notice.id < after)
    found = list(work.session.scalars(statement.order_by(Notice.id.desc()).limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def mark_read(work: Work) -> None:
    """The actor has seen all her notices."""
    work.session.execute(
        update(Notice)
        .where(Notice.user_id == work.actor.id, Notice.read_at.is_(None))
        .values(read_at=clock.now())
    )
