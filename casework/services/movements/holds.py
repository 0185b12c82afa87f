"""A seat and a bed are one: taking, finding and giving them back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework import clock
from casework.rules.workflow import HOLD, STAY
from casework.services.requests.states import move_members
from casework.services.work import Work
from casework.vocabulary import HoldState, ReleaseReason, RequestState, StayState
from models.facility import Stay
from models.movement import Hold, Movement
from models.return_request import RequestMember, ReturnRequest

#: Before departure a place can still be given back.
BEFORE_DEPARTURE = (HoldState.HELD, HoldState.OFFERED, HoldState.CONFIRMED, HoldState.BOARDED)


def holds_of(work: Work, movement: Movement, states: Sequence[HoldState]) -> list[Hold]:
    """The movement's holds in these states with member and request, by request."""
    statement = (
        select(Hold)
        .join(Hold.request)
        .join(Hold.member)
        .options(
            joinedload(Hold.member).joinedload(RequestMember.person),
            joinedload(Hold.request),
            joinedload(Hold.room),
        )
        .where(Hold.movement_id == movement.id, Hold.state.in_(states))
        .order_by(ReturnRequest.reference, RequestMember.position)
    )
    return list(work.session.scalars(statement).unique())


def by_request(holds: Iterable[Hold]) -> list[list[Hold]]:
    """Holds of one request beside one another, in the order they came."""
    groups: defaultdict[UUID, list[Hold]] = defaultdict(list)
    for hold in holds:
        groups[hold.request_id].append(hold)
    return list(groups.values())


def free(work: Work, holds: Iterable[Hold], reason: ReleaseReason) -> None:
    """Give seats and beds back, and the stays waiting for them; the caller writes the entry."""
    with work.beyond("whoever gives a place back, the bed kept with it is free"):
        _free(work, list(holds), reason)


def _free(work: Work, freed: Sequence[Hold], reason: ReleaseReason) -> None:
    for hold in freed:
        HOLD.check(hold.state, HoldState.RELEASED)
        hold.state, hold.release_reason = HoldState.RELEASED, reason
        hold.answered_at = hold.answered_at or clock.now()
    stays = work.session.scalars(
        select(Stay).where(
            Stay.hold_id.in_([hold.id for hold in freed]), Stay.state == StayState.HELD
        )
    )
    for stay in stays.all():
        STAY.check(stay.state, StayState.CANCELLED)
        stay.state, stay.ended_at = StayState.CANCELLED, clock.now()


def return_to_queue(work: Work, holds: Sequence[Hold], reason: ReleaseReason) -> None:
    """Free the places of one request; who had been offered one waits again, in the same place."""
    states: defaultdict[RequestState, list[RequestMember]] = defaultdict(list)
    for hold in holds:
        if hold.member.state is not RequestState.QUEUED:
            states[hold.member.state].append(hold.member)
    with work.session.no_autoflush:
        free(work, holds, reason)
        for members in states.values():
            move_members(
                work,
                holds[0].request,
                members,
                RequestState.QUEUED,
                event="request.queued",
                reason=reason.value,
                cause=str(holds[0].movement_id),
            )


def free_withdrawn(
    work: Work, request: ReturnRequest, members: Iterable[RequestMember]
) -> list[Movement]:
    """Free what people held who withdrew; the caller's own entry accounts for it.

    Returns the movements that now have free places, for the caller to hand on.
    """
    member_ids = [member.id for member in members]
    statement = select(Hold).where(
        Hold.request_id == request.id,
        Hold.member_id.in_(member_ids),
        Hold.state.in_(BEFORE_DEPARTURE),
    )
    given_back = work.session.scalars(statement.options(joinedload(Hold.movement))).all()
    free(work, given_back, ReleaseReason.WITHDRAWN)
    return list({hold.movement_id: hold.movement for hold in given_back}.values())
