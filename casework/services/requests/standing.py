"""Where a household stands and why, for its members: what counted, the range, what blocks.

Only what may be said in front of the whole household is in it. A member who is private from the
others counts for the order but not for what is told: the family hears the score without her.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, not_, select

from casework import clock
from casework.messages import N_, Message
from casework.rules import standing as words
from casework.rules.fitness import may_travel
from casework.rules.priority import Score, tie_break
from casework.services.requests.queue import WAITING, Place
from casework.services.requests.reading import shown_members
from casework.services.requests.scoring import (
    BITS_DROPPED,
    SCORED,
    order_today,
    rank_of,
    told_score,
)
from casework.services.requests.states import ACTIVE
from casework.services.requests.travel import fitness_of, has_paper
from casework.services.work import Work
from casework.vocabulary import Band, MovementState, RequestState, WaitingReason
from models.movement import AllocationOutcome, AllocationRun, Movement
from models.return_request import RequestMember, RequestScore, ReturnRequest

#: A journey that can still take somebody.
_AHEAD = (MovementState.PLANNED, MovementState.ALLOCATING, MovementState.OFFERS_SENT)


@dataclass(frozen=True)
class LeftOut:
    """The last journey that was filled without the whole household: when, why, what would help."""

    on: date
    reason: Message
    change: Message


@dataclass(frozen=True)
class Standing:
    """What a family may be told; every `Message` is a sentence to read aloud.

    `band`, `points` and `counted` are empty when the request does not stand in the order (any
    more), `positions` (first, last; both counted from 1) unless it waits in the queue of its
    country. `decline_words` is what the mission wrote for the person. `appeal_until` is the last
    day of an appeal against a decision, if there was one.
    """

    state: RequestState
    country: str
    policy: int
    band: Band | None
    band_words: Message | None
    points: int | None
    counted: tuple[Message, ...]
    positions: tuple[int, int] | None
    blocks: tuple[Message, ...]
    next_step: Message
    left_out: LeftOut | None
    declined: Message | None
    decline_words: str | None
    appeal_until: date | None


def standing_of(work: Work, request: ReturnRequest) -> Standing:
    """The standing of `request` today; who reads it must be allowed to read the request.

    To one of its adults it tells how far she is herself, never how far the others are. Its cells
    count as read: the caller accounts for them as for any page.
    """
    order = order_today(work)
    asking = next((one for one in request.members if one.id == work.actor.id), None)
    state = asking.state if asking else request.state
    active = [member for member in request.members if member.state in ACTIVE]
    told = _told(work, request, active)
    score = told_score(request, order, told) if state in SCORED else None
    left_out = _left_out(work, request, state, whole=len(told) == len(active))
    return Standing(
        state=state,
        country=request.country,
        policy=order.policy.version,
        band=score.band if score else None,
        band_words=Message(words.BANDS[score.band]) if score else None,
        points=score.points if score else None,
        counted=tuple(words.counted(score)) if score else (),
        positions=_positions(work, request, score, order.policy.tie_seed)
        if score and state in WAITING
        else None,
        blocks=tuple(_blocks(work, request, state, told)) if score else (),
        next_step=Message(words.NEXT[state]),
        left_out=left_out,
        declined=_declined(request),
        decline_words=request.decline_note if request.state is RequestState.DECLINED else None,
        appeal_until=_appeal_until(request, left_out),
    )


def _told(
    work: Work, request: ReturnRequest, active: Sequence[RequestMember]
) -> list[RequestMember]:
    """Those of whom may be spoken before all others.

    Who is alone hears of herself, and so does who is private and asks in her own name.
    """
    asking = [one for one in active if one.private and one.id == work.actor.id]
    if asking:
        return asking
    seen = {member.id for member in shown_members(work, request)}
    alone = len(active) == 1
    return [one for one in active if one.id in seen and (alone or not one.private)]


def _positions(work: Work, request: ReturnRequest, score: Score, seed: int) -> tuple[int, int]:
    tie = tie_break(request.reference, seed) >> BITS_DROPPED
    place = Place(rank_of(score), request.submitted_on, tie, request.reference)
    statement = (
        select(func.count())
        .select_from(RequestScore)
        .join(ReturnRequest, ReturnRequest.id == RequestScore.request_id)
        .where(
            ReturnRequest.state.in_(WAITING),
            ReturnRequest.country == request.country,
            ReturnRequest.id != request.id,
            not_(place.behind()),
        )
    )
    with work.beyond("a place in the queue counts everybody in it, and names nobody"):
        ahead = work.session.scalar(statement) or 0
    return words.range_of(ahead + 1)


def _blocks(
    work: Work, request: ReturnRequest, state: RequestState, told: Sequence[RequestMember]
) -> list[Message]:
    if state in (RequestState.OFFERED, RequestState.CONFIRMED):
        return []
    blocks = []
    if state is RequestState.SUBMITTED:
        blocks.append(Message(N_("The mission has not checked your papers yet.")))
    if not all(has_paper(member, clock.today()) for member in told):
        blocks.append(Message(N_("Somebody of you needs a travel document. Ask the mission.")))
    if not all(may_travel(fitness_of(member), clock.today()) for member in told):
        blocks.append(Message(N_("By the carriers' rules, somebody of you cannot travel now.")))
    if not _journey_ahead(work, request.country):
        blocks.append(Message(N_("No journey from your country is planned yet.")))
    return blocks


def _journey_ahead(work: Work, country: str) -> bool:
    statement = select(Movement.origin_countries).where(
        Movement.state.in_(_AHEAD), Movement.departs_on >= clock.today()
    )
    return any(country in countries for countries in work.session.scalars(statement))


def _left_out(
    work: Work, request: ReturnRequest, state: RequestState, *, whole: bool
) -> LeftOut | None:
    """Nothing once the household has a place, or where the journey began elsewhere."""
    if state is not RequestState.QUEUED:
        return None
    statement = (
        select(AllocationOutcome, AllocationRun.at)
        .join(AllocationRun, AllocationRun.id == AllocationOutcome.run_id)
        .join(Movement, Movement.id == AllocationRun.movement_id)
        .where(AllocationOutcome.request_id == request.id)
        .order_by(AllocationRun.at.desc())
        .limit(20)
    )
    for outcome, at in work.session.execute(statement):
        if outcome.people_placed == outcome.people:
            return None
        reason = WaitingReason(outcome.reason)
        if reason is not WaitingReason.OTHER_COUNTRY:
            return LeftOut(
                at.astimezone(clock.ULAANBAATAR).date(), *words.left_out_words(reason, whole=whole)
            )
    return None


def _declined(request: ReturnRequest) -> Message | None:
    if request.state is not RequestState.DECLINED or request.decline_reason is None:
        return None
    return Message(words.DECLINED[request.decline_reason])


def _appeal_until(request: ReturnRequest, left_out: LeftOut | None) -> date | None:
    if request.state is RequestState.DECLINED and request.declined_on:
        return words.appeal_until(request.declined_on)
    return words.appeal_until(left_out.on) if left_out else None
