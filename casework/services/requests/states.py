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
    work: Work, request: ReturnRequest, target: RequestState, state: RequestState | None = None
) -> str:
    """The permission under which the actor may take the step to `target`.

    `state` is where those who take it stand, when not all stand where the request does.
    Raises InvalidTransition when the state does not lead there, Refused when the actor may not.
    """
    permissions = RETURN_REQUEST.check(state or request.state, target, request.previous_state)
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
    """Take one step to `target` with everybody who still travels, and write it down.

    `event` is a declared `request.…` event, `reason` a code, `cause` the id of the record that
    made it happen (a movement). Members who left alone before stay as they are; one who is back
    in the queue keeps the original place in time. Raises InvalidTransition when the state does
    not lead there, Refused when the actor may not.
    """
    before = request.state
    permission = check_step(work, request, target)
    followers = [member for member in request.members if member.state is before]
    request.previous_state = before if target is RequestState.DUPLICATE else None
    request.state = target
    for member in followers:
        member.state = target
    if target is RequestState.ARRIVED:
        request.arrived_on = clock.today()
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
    """Let some members, who stand in one state, take a step without the others.

    The request stands where those of its travellers stand who are furthest behind; when nobody
    travels any more, it ends as these members do. Raises as `move_request` does.
    """
    before = members[0].state
    permission = check_step(work, request, target, before)
    for member in members:
        member.state = target
    behind = min(
        (member.state for member in active_members(request)), key=ACTIVE.index, default=target
    )
    request.state = behind
    if behind is RequestState.ARRIVED:
        request.arrived_on = clock.today()
    _record(work, request, members, event, permission, (before, target, reason), cause)
    return request


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
