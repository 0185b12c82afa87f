"""Accounts that open, show or ask for unusually much, counted from the log.

An alert locks nothing: a wrong figure would close the system to somebody in the middle of an
arrival of two hundred people, and a lock tells whoever misuses an account to go on more slowly. A
protection officer looks, and an administrator can switch the account off at once.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.need_to_know import Threshold, limits
from casework.services.access import require
from casework.services.notices import officers, tell
from casework.services.people.reveal import REVEALED
from casework.services.protection.officers import watching_organisation
from casework.services.scopes import visible
from casework.services.work import Database, Work
from casework.vocabulary import ActivityKind, NoticeKind, Purpose
from models.activity import ActivityAlert
from models.audit import AuditEntry
from models.user import User

PAGE = 50
#: The entries that are counted.
EVENTS = {
    ActivityKind.OPENED: "personal_data.read",
    ActivityKind.REVEALED: REVEALED,
    ActivityKind.REFUSED: "access.refused",
}


def watch_activity(database: Database) -> int:
    """Tell protection officers of accounts above a threshold; returns how many alerts were made.

    One alert for an account and a threshold: no other before its window has passed.
    """
    with database.writing(system_actor()) as work:
        made = [
            _alert(work, threshold, user_id, count)
            for threshold in limits(database.settings.limits).activity
            for user_id, count in _above(work, threshold)
        ]
        return len(made)


def _above(work: Work, threshold: Threshold) -> list[tuple[UUID, int]]:
    """Accounts above the threshold that nobody was told of within its window, with their count."""
    since = clock.now() - timedelta(minutes=threshold.minutes)
    told = select(ActivityAlert.user_id).where(
        ActivityAlert.kind == threshold.kind,
        ActivityAlert.minutes == threshold.minutes,
        ActivityAlert.at > since,
    )
    counted = (
        select(AuditEntry.actor_id, func.count())
        .where(
            AuditEntry.at > since,
            AuditEntry.event == EVENTS[threshold.kind],
            AuditEntry.actor_id.is_not(None),
            AuditEntry.actor_id.not_in(told),
        )
        .group_by(AuditEntry.actor_id)
        .having(func.count() > threshold.threshold)
    )
    return [(row[0], row[1]) for row in work.session.execute(counted) if row[0] is not None]


def _alert(work: Work, threshold: Threshold, user_id: UUID, count: int) -> ActivityAlert:
    user = work.session.get_one(User, user_id)
    organisation = watching_organisation(work, user.organisation_id)
    watching = organisation.id if organisation else user.organisation_id
    alert = ActivityAlert(
        user_id=user.id,
        organisation_id=watching,
        kind=threshold.kind,
        at=clock.now(),
        count=count,
        threshold=threshold.threshold,
        minutes=threshold.minutes,
    )
    work.session.add(alert)
    tell(work, officers(work, watching), NoticeKind.ACTIVITY, record_id=alert.id)
    facts = {
        "user": str(user.id),
        "kind": threshold.kind.value,
        "count": count,
        "threshold": threshold.threshold,
        "minutes": threshold.minutes,
    }
    work.record(Act("activity.alerted", Purpose.PROTECTION, facts=facts))
    return alert


def list_alerts(work: Work) -> Sequence[ActivityAlert]:
    """The last alerts of the officer's organisation, those not looked at first."""
    statement = (
        select(ActivityAlert)
        .where(_watched(work))
        .options(joinedload(ActivityAlert.user).joinedload(User.organisation))
        .order_by(ActivityAlert.seen_at.is_not(None), ActivityAlert.id.desc())
        .limit(PAGE)
    )
    return work.session.scalars(statement).all()


def count_alerts(work: Work) -> int:
    """Alerts that nobody has looked at."""
    where = (_watched(work), ActivityAlert.seen_at.is_(None))
    return work.session.scalar(select(func.count(ActivityAlert.id)).where(*where)) or 0


def look_at(work: Work, alert: ActivityAlert) -> None:
    """The officer has looked at it."""
    require(work, Permission.CONCERN_READ, alert)
    if alert.seen_at is not None:
        raise InvalidTransition(N_("A colleague has looked at this already."))
    alert.seen_by_id, alert.seen_at = work.actor.id, clock.now()
    facts = {"user": str(alert.user_id), "kind": alert.kind.value}
    act = Act("activity.seen", Purpose.PROTECTION, permission=Permission.CONCERN_READ, facts=facts)
    work.record(act)


def _watched(work: Work) -> ColumnElement[bool]:
    return visible(work.actor, Permission.CONCERN_READ, ActivityAlert)
