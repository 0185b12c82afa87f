"""Steps of a return request and its members through their states."""

from collections.abc import Sequence

from audit.record import Act
from casework import clock
from casework.errors import Refused
from casework.policy import Permission
from casework.rules.workflow import RETURN_REQUEST, SYSTEM
from casework.services.access import allowed
from casework.services.work import Work
from casework.vocabulary import ActorKind, Purpose, RequestState
from models.return_request import RequestMember, ReturnRequest

#: States of a request that is on its way; a person stands in at most one such request.
ACTIVE = (
    RequestState.DRAFT,
    RequestState.SUBMITTED,
    RequestState.VERIFIED,
    RequestState.QUEUED,
    RequestState.OFFERED,
    RequestState.CONFIRMED,
    RequestState.TRAVELLING,
)


def active_members(request: ReturnRequest) -> list[RequestMember]:
    """Members who still travel: not withdrawn, not returned by own means, not arrived."""
    return [member for member in request.members if member.state in ACTIVE]


def check_step(
    work: Work, request: ReturnRequest, target: RequestState, current: RequestState | None = None
) -> str:
    """The permission under which the actor may take the step to `target`.

    `current` is the state of a member, the request's own by default. Raises InvalidTransition
    when it does not lead there, Refused when the actor may not.
    """
    permissions = RETURN_REQUEST.check(current or request.state, target, request.previous_state)
    for name in permissions:
        if name == SYSTEM:
            if work.actor.kind is ActorKind.SYSTEM:
                return name
        elif allowed(work, Permission(name), request):
            return name
    raise Refused(permissions[0])


def move_request(
    work: Work,
    request: ReturnRequest,
    target: RequestState,
    *,
    event: str,
    reason: str | None = None,
    cause: str | None = None,
) -> ReturnRequest:
    """Take one step to `target` with everybody who is in the request's state, and write it down.

    `event` is a declared `request.…` event, `reason` a code, `cause` the id of the record that
    made it happen (a movement). Members who left alone before stay as they are; one who is back
    in the queue keeps the original place in time. Raises InvalidTransition when the state does
    not lead there, Refused when the actor may not.
    """
    before = request.state
    permission = check_step(work, request, target)
    followers = [member for member in request.members if member.state is before]
    request.previous_state = before if target is RequestState.DUPLICATE else None
    for member in followers:
        member.state = target
    _settle(request, target)
    _record(work, request, followers, event, permission, (before, target, reason), cause)
    return request


def move_members(
    work: Work,
    request: ReturnRequest,
    members: Sequence[RequestMember],
    target: RequestState,
    *,
    event: str,
    reason: str | None = None,
    cause: str | None = None,
) -> ReturnRequest:
    """Let some members take a step; the request is as far as the last of those who travel.

    Each member's own state has to lead to `target`. Raises as `move_request` does.
    """
    before = members[0].state
    permissions = [check_step(work, request, target, member.state) for member in members]
    for member in members:
        member.state = target
    _settle(request, target)
    _record(work, request, members, event, permissions[0], (before, target, reason), cause)
    return request


def _settle(request: ReturnRequest, target: RequestState) -> None:
    """Set the request's own state after members moved to `target`."""
    states = [member.state for member in request.members]
    travelling = [state for state in ACTIVE if state in states]
    if travelling:
        request.state = travelling[0]
    elif RequestState.ARRIVED in states:
        request.state = RequestState.ARRIVED
    else:
        request.state = target
    if target is RequestState.ARRIVED and request.arrived_on is None:
        request.arrived_on = clock.today()


def _record(
    work: Work,
    request: ReturnRequest,
    members: Sequence[RequestMember],
    event: str,
    permission: str,
    step: tuple[RequestState, RequestState, str | None],
    cause: str | None,
) -> None:
    before, target, reason = step
    work.record(
        Act(
            event,
            Purpose.RETURN_ASSISTANCE,
            permission=permission,
            subjects={request.subject_id, *(member.subject_id for member in members)},
            facts={
                "from": before.value,
                "to": target.value,
                "reason": reason,
                "members": len(members),
            },
            cause=cause,
        )
    )
