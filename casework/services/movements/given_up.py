"""Households that refused or let pass two places or more; they keep their place in time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from casework.policy import Permission
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import HoldState, ReleaseReason, RequestState
from models.movement import Hold
from models.return_request import ReturnRequest

GIVEN_UP = (ReleaseReason.REFUSED, ReleaseReason.EXPIRED)
#: From how many movements on the desk is told.
TWICE = 2
SHOWN = 200


@dataclass(frozen=True)
class GaveUp:
    """A waiting request with the movements on which it refused, or did not answer in time."""

    request: ReturnRequest
    refused: int
    expired: int
    last: datetime | None


def _counted() -> Select[ReturnRequest, int, int, datetime | None]:
    def on(*reasons: ReleaseReason) -> ColumnElement[int]:
        return func.count(Hold.movement_id.distinct()).filter(Hold.release_reason.in_(reasons))

    return (
        select(
            ReturnRequest,
            on(ReleaseReason.REFUSED),
            on(ReleaseReason.EXPIRED),
            func.max(Hold.answered_at),
        )
        .join(Hold, Hold.request_id == ReturnRequest.id)
        .where(
            ReturnRequest.state == RequestState.QUEUED,
            Hold.state == HoldState.RELEASED,
            Hold.release_reason.in_(GIVEN_UP),
        )
        .group_by(ReturnRequest.id)
        .having(func.count(Hold.movement_id.distinct()) >= TWICE)
    )


def gave_up_twice(work: Work) -> list[GaveUp]:
    """Waiting requests the actor may read that gave up two places or more, the latest first."""
    statement = (
        _counted()
        .where(visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest))
        .order_by(func.max(Hold.answered_at).desc(), ReturnRequest.reference)
        .limit(SHOWN)
    )
    return [
        GaveUp(request, refused, expired, last)
        for request, refused, expired, last in work.session.execute(statement)
    ]


def count_gave_up_twice(work: Work) -> int:
    """How many there are."""
    allowed = visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest)
    few = _counted().with_only_columns(ReturnRequest.id).where(allowed).subquery()
    return work.session.scalar(select(func.count()).select_from(few)) or 0
