"""Lists of referrals: what arrived, what was sent, what is late, what is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import selectinload

from casework import clock
from casework.policy import Permission
from casework.rules.referral_clock import ENDED, OPEN
from casework.services.referrals.reading import ReferralLine, lines_of
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import ReferralState
from models.case import Case
from models.referral import Referral

PAGE = 50

Clause = ColumnElement[bool]
#: Where a page begins: the moment a row is ordered by, and its id.
Key = tuple[datetime, UUID]


class Box(StrEnum):
    """Which list."""

    RECEIVED = "received"
    SENT = "sent"
    LATE = "late"
    ENDED = "ended"


@dataclass(frozen=True)
class ReferralPage:
    """A page of a list and where the next one begins."""

    lines: Sequence[ReferralLine]
    next: Key | None


def list_referrals(work: Work, box: Box, after: Key | None = None) -> ReferralPage:
    """50 referrals of a box: open ones by the clock, ended ones newest first."""
    moment = Referral.ended_at if box is Box.ENDED else Referral.acknowledge_by
    key = tuple_(moment, Referral.id)
    statement = (
        select(Referral)
        .where(_visible(work), _in_box(work, box))
        .options(selectinload(Referral.person))
        .limit(PAGE + 1)
    )
    if box is Box.ENDED:
        statement = statement.order_by(moment.desc(), Referral.id.desc())
    else:
        statement = statement.order_by(moment, Referral.id)
    if after is not None:
        beyond = key < tuple_(*after) if box is Box.ENDED else key > tuple_(*after)
        statement = statement.where(beyond)
    rows = list(work.session.scalars(statement))
    more = _key_of(rows[PAGE - 1], box) if len(rows) > PAGE else None
    return ReferralPage(lines_of(work, rows[:PAGE]), more)


def referrals_of_case(work: Work, case: Case) -> list[ReferralLine]:
    """Every referral out of this case that the actor may read, newest first."""
    statement = (
        select(Referral)
        .where(Referral.case_id == case.id, _visible(work))
        .options(selectinload(Referral.person))
        .order_by(Referral.created_at.desc(), Referral.id.desc())
    )
    return lines_of(work, work.session.scalars(statement))


def count_box(work: Work, box: Box) -> int:
    """How many there are."""
    counted = select(func.count()).select_from(Referral)
    return work.session.scalar(counted.where(_visible(work), _in_box(work, box))) or 0


def unanswered(work: Work) -> int:
    """Received and neither accepted nor declined: what the menu's badge says."""
    waiting = Referral.state.in_((ReferralState.SENT, ReferralState.ACKNOWLEDGED))
    counted = select(func.count()).select_from(Referral)
    return work.session.scalar(counted.where(_visible(work), _received(work), waiting)) or 0


def awaiting_second_person(work: Work) -> list[ReferralLine]:
    """Drafts without consent of the actor's organisation."""
    statement = (
        select(Referral)
        .where(
            _visible(work),
            Referral.state == ReferralState.DRAFT,
            Referral.from_organisation_id == work.actor.organisation_id,
        )
        .options(selectinload(Referral.person))
        .order_by(Referral.created_at)
    )
    return lines_of(work, work.session.scalars(statement))


def _visible(work: Work) -> Clause:
    return visible(work.actor, Permission.REFERRAL_READ, Referral)


def _received(work: Work) -> Clause:
    return Referral.to_organisation_id == work.actor.organisation_id


def _in_box(work: Work, box: Box) -> Clause:
    mine = work.actor.organisation_id
    clauses: dict[Box, Clause] = {
        Box.RECEIVED: and_(_received(work), Referral.state.in_(OPEN)),
        Box.SENT: and_(Referral.from_organisation_id == mine, Referral.state.in_(OPEN)),
        Box.LATE: late_clause(),
        Box.ENDED: Referral.state.in_(ENDED),
    }
    return clauses[box]


def late_clause() -> Clause:
    """A clock that runs has run out."""
    at = clock.now()
    return or_(
        and_(Referral.state == ReferralState.SENT, Referral.acknowledge_by < at),
        and_(Referral.state == ReferralState.ACKNOWLEDGED, Referral.accept_by < at),
    )


def _key_of(referral: Referral, box: Box) -> Key | None:
    moment = referral.ended_at if box is Box.ENDED else referral.acknowledge_by
    return (moment, referral.id) if moment else None
