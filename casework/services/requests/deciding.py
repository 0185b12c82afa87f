"""What the mission and the consular desk decide about a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from casework import clock
from casework.errors import InvalidInput, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.messages import send_notice
from casework.services.movements.handing_on import hand_on_all
from casework.services.movements.holds import free_withdrawn
from casework.services.requests.merging import merge_of, undo_merge
from casework.services.requests.scoring import order_today, store_score
from casework.services.requests.states import active_members, move_members, move_request
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import (
    AgeBand,
    DeclineReason,
    MessageKind,
    RequestState,
    TellingKind,
    WithdrawalChannel,
)
from models.public import Telling
from models.return_request import RequestMember, ReturnRequest

_CHILDREN = (AgeBand.INFANT, AgeBand.CHILD, AgeBand.YOUTH)
LEFT_ALONE: Final = N_(
    "The children would be left without an adult. Withdraw them as well, or wait."
)


def verify_request(work: Work, request: ReturnRequest, version: int | None = None) -> None:
    """Papers and person were checked: the request is verified and takes its place in the queue."""
    expect_version(request, version)
    if request.state is not RequestState.VERIFIED:
        move_request(work, request, RequestState.VERIFIED, event="request.verified")
    with work.session.no_autoflush:
        store_score(work, request, order_today(work))
        move_request(work, request, RequestState.QUEUED, event="request.queued")


def decline_request(
    work: Work, request: ReturnRequest, reason: DeclineReason, note: str, version: int | None
) -> None:
    """Decline for a reason that the person is told, and may appeal against.

    The principal is written to, unless she left the request before.
    """
    expect_version(request, version)
    if reason is DeclineReason.OTHER and not note:
        raise InvalidInput(N_("Say why, in words that the person can be told."), "note")
    with work.session.no_autoflush:
        request.decline_reason, request.decline_note = reason, note or None
        request.declined_on = clock.today()
        move_request(
            work,
            request,
            RequestState.DECLINED,
            event="request.declined",
            reason=reason.value,
        )
    if request.members[0].state is RequestState.DECLINED:
        send_notice(work, request, MessageKind.DECISION)


def _close_appeals(work: Work, request: ReturnRequest) -> None:
    """What she wrote on the status page is answered; the caller's entry accounts for it."""
    told = select(Telling).where(
        Telling.request_id == request.id,
        Telling.kind == TellingKind.APPEAL,
        Telling.seen_at.is_(None),
    )
    for telling in work.session.scalars(told).all():
        telling.seen_at, telling.seen_by_id = clock.now(), work.actor.id


def uphold_appeal(work: Work, request: ReturnRequest, appeal: str, version: int | None) -> None:
    """The person appealed and was right: the request counts as verified again."""
    expect_version(request, version)
    with work.session.no_autoflush:
        request.appeal = appeal
        _close_appeals(work, request)
        move_request(work, request, RequestState.VERIFIED, event="request.appeal_upheld")


@dataclass(frozen=True, repr=False)
class Withdrawal:
    """The person's own confirmed word: how it was given, and in what words.

    `mission_decides` lets her go without the children, about whom the mission was told.
    """

    channel: WithdrawalChannel
    word: str
    with_children: bool = False
    mission_decides: bool = False


def withdraw_member(
    work: Work, request: ReturnRequest, member: RequestMember, withdrawal: Withdrawal
) -> None:
    """Withdraw one adult on her own word, with the children who travel with her when she says so.

    Nobody else withdraws an adult. Raises InvalidInput for a child who has an adult in the
    request, and when children would be left without one.
    """
    require(work, Permission.RETURN_REQUEST_WITHDRAW, request)
    leaving = _leaving(request, member, withdrawal)
    with work.session.no_autoflush:
        freed = free_withdrawn(work, request, leaving)
        request.withdrawn_on = clock.today()
        request.withdrawal_channel = withdrawal.channel
        request.withdrawal_word = withdrawal.word
        _score_without(work, request, leaving)
        move_members(
            work,
            request,
            leaving,
            RequestState.WITHDRAWN,
            event="request.withdrawn",
            reason=withdrawal.channel.value,
        )
    hand_on_all(work, freed, str(request.id))


def _score_without(work: Work, request: ReturnRequest, leaving: Sequence[RequestMember]) -> None:
    """Who left no longer counts for those who stay."""
    staying = [member for member in active_members(request) if member not in leaving]
    if staying:
        store_score(work, request, order_today(work), staying)


def _leaving(
    request: ReturnRequest, member: RequestMember, withdrawal: Withdrawal
) -> list[RequestMember]:
    travelling = active_members(request)
    adults = [each for each in travelling if not is_child(each)]
    children = [each for each in travelling if is_child(each)]
    if is_child(member) and adults:
        raise InvalidInput(
            N_("A child does not withdraw alone: choose the adult who travels with the child."),
            "member",
        )
    cared_for = withdrawal.with_children or withdrawal.mission_decides
    if children and adults == [member] and not cared_for:
        raise InvalidInput(LEFT_ALONE, "with_children")
    taken = children if withdrawal.with_children else []
    return [member, *(child for child in taken if child is not member)]


def is_child(member: RequestMember) -> bool:
    """Whether the member was under 18 when registered."""
    return member.person.age_band in _CHILDREN


def travel_by_own_means(work: Work, request: ReturnRequest, version: int | None = None) -> None:
    """The household came home another way: seats and beds are free for others."""
    expect_version(request, version)
    with work.session.no_autoflush:
        freed = free_withdrawn(work, request, active_members(request))
        move_request(work, request, RequestState.OWN_MEANS, event="request.own_means")
    hand_on_all(work, freed, str(request.id))


def mark_duplicate(work: Work, request: ReturnRequest, reference: str, version: int | None) -> None:
    """Put a request aside as the same as the one of this reference, until it is restored."""
    expect_version(request, version)
    other = work.session.scalars(
        select(ReturnRequest).where(
            ReturnRequest.reference == reference.strip().upper(),
            visible(work.actor, Permission.RETURN_REQUEST_MERGE, ReturnRequest),
        )
    ).first()
    if other is None or other.id == request.id:
        raise InvalidInput(
            N_("There is no other request with this number in your list."), "reference"
        )
    with work.session.no_autoflush:
        freed = free_withdrawn(work, request, active_members(request))
        move_request(
            work,
            request,
            RequestState.DUPLICATE,
            event="request.duplicate",
            cause=str(other.id),
        )
    hand_on_all(work, freed, str(request.id))


def restore_request(work: Work, request: ReturnRequest, version: int | None = None) -> None:
    """It is no duplicate after all: back to the state before, without the seats it gave up.

    What the other request took over from it is given back.
    """
    expect_version(request, version)
    merge = merge_of(work, request)
    if merge is not None:
        undo_merge(work, merge)
    previous = request.previous_state or RequestState.SUBMITTED
    move_request(work, request, previous, event="request.restored")
    if previous in (RequestState.OFFERED, RequestState.CONFIRMED, RequestState.TRAVELLING):
        move_request(work, request, RequestState.QUEUED, event="request.queued")


def find_member(members: Sequence[RequestMember], member_id: UUID) -> RequestMember:
    """The member of this id; NotFound when it is not among `members`."""
    for member in members:
        if member.id == member_id:
            return member
    raise NotFound
