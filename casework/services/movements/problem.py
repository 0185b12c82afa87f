"""The allocation problem of one movement, built from the queue and the facilities.

Needs are read by the machine alone: nobody is shown them, so they are not counted as read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from casework.rules.age import is_child, is_infant
from casework.rules.allocation_problem import (
    Household,
    Member,
    MovementInput,
    Occupancy,
    Problem,
    Room,
)
from casework.rules.fitness import may_travel
from casework.rules.quarantine import quarantine_nights
from casework.services.approvals.override import overrides_of
from casework.services.quarantine.occupancy import LIVE, bookings, closed_nights
from casework.services.requests.travel import fitness_of, has_paper
from casework.services.work import Work
from casework.vocabulary import (
    AgeBand,
    HoldState,
    MovementKind,
    Need,
    OverrideKind,
    Payer,
    ReleaseReason,
    RequestState,
    WaitingReason,
)
from models.facility import Facility
from models.facility import Room as RoomRow
from models.movement import Hold, Movement
from models.return_request import RequestMember, RequestScore, ReturnRequest

#: Carriers let infants sit on a lap; buses and trains give each a seat.
FLIGHTS = (MovementKind.CHARTER_FLIGHT, MovementKind.COMMERCIAL_FLIGHT)
#: A place given back for one of these is not offered to the same person on the same movement.
NOT_AGAIN = (
    ReleaseReason.REFUSED,
    ReleaseReason.EXPIRED,
    ReleaseReason.OFFLOADED,
    ReleaseReason.NO_SHOW,
    ReleaseReason.WITHDRAWN,
)
#: Stands for a household in a closed room: nobody else gets it, nor the nights around.
CLOSED = "closed"
MEMBERS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Candidate:
    """A household of the queue: its request, its points, and what the rules know of it.

    Who travels apart stands as a household of one: what keeps the others must not keep her.
    `subjects` tells whose key protects each member, by member id.
    """

    request: ReturnRequest
    position: int
    points: int
    households: tuple[Household, ...]
    subjects: Mapping[str, UUID]


def build_problem(work: Work, movement: Movement) -> tuple[Problem, list[Candidate]]:
    """What is left of the movement's seats and of all rooms, and who may be given them."""
    nights = quarantine_nights(movement.arrives_on, movement.quarantine_nights)
    rooms = _rooms(work) if nights else ()
    candidates = list(_candidates(work, movement))
    problem = Problem(
        _what_is_left(work, movement, nights),
        rooms,
        _occupied(work, nights, rooms) if nights else (),
        tuple(part for candidate in candidates for part in candidate.households),
    )
    return problem, candidates


def problem_without(work: Work, movement: Movement, holds: Sequence[Hold]) -> Problem:
    """The movement with all its seats, and the rooms as if these holds of it were given back."""
    nights = quarantine_nights(movement.arrives_on, movement.quarantine_nights)
    rooms = _rooms(work) if nights else ()
    own = {(str(hold.room_id), str(hold.request_id)) for hold in holds}
    occupied = _occupied(work, nights, rooms) if nights else ()
    return Problem(
        MovementInput(
            str(movement.id),
            movement.seats,
            frozenset(movement.origin_countries),
            nights,
            infant_lap_allowed=movement.kind in FLIGHTS,
        ),
        rooms,
        tuple(taken for taken in occupied if (taken.room_id, taken.request_id) not in own),
        (),
    )


def household_of(members: Sequence[RequestMember], movement: Movement) -> Household:
    """Those who travel together as the rules know them on the movement's day."""
    return _household(members, 0, movement, None)


def _what_is_left(work: Work, movement: Movement, nights: tuple[date, ...]) -> MovementInput:
    live = (Hold.movement_id == movement.id, Hold.state.in_(LIVE))
    kept = select(Hold.reserved, Hold.funder, func.sum(Hold.seats)).where(*live)
    by_quota = work.session.execute(kept.group_by(Hold.reserved, Hold.funder)).all()
    taken = sum(count for _, _, count in by_quota)
    reserved_taken = sum(count for reserved, _, count in by_quota if reserved)
    funded = {payer: count for _, payer, count in by_quota if payer}
    escorts = work.session.scalar(select(func.count()).where(*live, Hold.seats > 1)) or 0
    reserved = movement.seats * movement.reserved_percent // 100
    return MovementInput(
        str(movement.id),
        max(0, movement.seats - taken),
        frozenset(movement.origin_countries),
        nights,
        max(0, reserved - reserved_taken),
        movement.kind in FLIGHTS,
        tuple(
            (Payer(payer), max(0, count - funded.get(Payer(payer), 0)))
            for payer, count in sorted(movement.funder_seats.items())
        ),
        None if movement.medical_escorts is None else max(0, movement.medical_escorts - escorts),
    )


def _rooms(work: Work) -> tuple[Room, ...]:
    statement = (
        select(RoomRow.id, RoomRow.facility_id, RoomRow.kind, RoomRow.beds, Facility.turnover_days)
        .join(Facility)
        .where(RoomRow.active, Facility.active)
        .order_by(RoomRow.facility_id, RoomRow.number)
    )
    return tuple(
        Room(str(room_id), str(facility_id), kind, beds, turnover)
        for room_id, facility_id, kind, beds, turnover in work.session.execute(statement)
    )


def _occupied(work: Work, nights: Sequence[date], rooms: Sequence[Room]) -> tuple[Occupancy, ...]:
    turnover = timedelta(days=max((room.turnover_days for room in rooms), default=0))
    first, last = nights[0] - turnover, nights[-1] + turnover
    taken = {
        (str(booking.room_id), night): str(booking.request_id)
        for booking in bookings(work, first, last)
        for night in booking.nights()
        if first <= night <= last
    }
    for room_id, night in closed_nights(work, first, last):
        taken[str(room_id), night] = CLOSED
    return tuple(
        Occupancy(room, night, request) for (room, night), request in sorted(taken.items())
    )


def _candidates(work: Work, movement: Movement) -> Iterator[Candidate]:
    """Queued households of the movement's countries in the published order.

    Those that two people decided to take first stand before it.
    """
    overrides = {one.request_id: one.kind for one in overrides_of(work, movement)}
    rows = _queued_members(work, movement, overrides)
    groups = groupby(rows, key=lambda member: member.request_id)
    for position, (_, members) in enumerate(groups, start=1):
        travellers = list(members)
        request = travellers[0].request
        together = [member for member in travellers if not member.travels_apart]
        parts = [together, *([member] for member in travellers if member.travels_apart)]
        override = overrides.get(request.id)
        households = tuple(_household(part, position, movement, override) for part in parts if part)
        points = request.score.points if request.score else 0
        subjects = {str(member.id): member.subject_id for member in travellers}
        yield Candidate(request, position, points, households, subjects)


def _household(
    part: Sequence[RequestMember],
    position: int,
    movement: Movement,
    override: OverrideKind | None,
) -> Household:
    request = part[0].request
    left_out = override is OverrideKind.EXCLUDE
    obstacle = WaitingReason.LEFT_OUT if left_out else _obstacle(part, movement)
    return Household(
        str(request.id),
        request.reference,
        position,
        request.country,
        tuple(_member(member, movement.departs_on) for member in part),
        reserved=request.score is not None and request.score.reserved,
        blocked=obstacle,
        points=request.score.points if request.score else 0,
        pinned=override is OverrideKind.PIN,
        payer=request.payer,
    )


def _queued_members(
    work: Work, movement: Movement, overrides: Mapping[UUID, OverrideKind]
) -> Iterator[RequestMember]:
    pinned = [request_id for request_id, kind in overrides.items() if kind is OverrideKind.PIN]
    statement = (
        select(RequestMember)
        .join(RequestMember.request)
        .outerjoin(ReturnRequest.score)
        .options(contains_eager(RequestMember.request).contains_eager(ReturnRequest.score))
        .where(
            RequestMember.state == RequestState.QUEUED,
            ReturnRequest.country.in_(movement.origin_countries),
            ~_has_hold(Hold.state.in_(LIVE), Hold.state != HoldState.ARRIVED),
            or_(RequestMember.travels_apart, ~_family_has_hold()),
            ~_has_hold(Hold.movement_id == movement.id, Hold.release_reason.in_(NOT_AGAIN)),
        )
        .order_by(
            case((ReturnRequest.id.in_(pinned), 0), else_=1),
            func.coalesce(RequestScore.points, 0).desc(),
            ReturnRequest.submitted_on,
            RequestScore.tie_break,
            ReturnRequest.reference,
            RequestMember.position,
        )
    )
    members = work.session.scalars(statement).all()
    for start in range(0, len(members), MEMBERS_AT_ONCE):
        batch = members[start : start + MEMBERS_AT_ONCE]
        work.keyring.load({member.subject_id for member in batch})
        yield from batch


def _family_has_hold() -> ColumnElement[bool]:
    """Who travels together is not placed piece by piece: not a newborn without the parents."""
    other = aliased(RequestMember)
    return exists().where(
        Hold.request_id == RequestMember.request_id,
        Hold.state.in_(LIVE),
        Hold.state != HoldState.ARRIVED,
        other.id == Hold.member_id,
        other.travels_apart.is_(False),
    )


def _has_hold(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Hold.member_id == RequestMember.id, *conditions)


def _member(member: RequestMember, departure: date) -> Member:
    infant, adult = _ages(member, departure)
    needs = member.needs or []
    return Member(
        str(member.id),
        needs_accessible=Need.DISABILITY in needs,
        isolation=Need.ISOLATION in needs,
        infant=infant,
        adult=adult,
        needs_escort=Need.MEDICAL_ESCORT in needs,
    )


def _ages(member: RequestMember, departure: date) -> tuple[bool, bool]:
    """Infant, adult; the birth date is read only where the band could have passed since."""
    band = member.person.age_band
    if band is AgeBand.INFANT:
        return is_infant(member.person.birth_date, departure), False
    if band is AgeBand.YOUTH:
        return False, not is_child(member.person.birth_date, departure)
    return False, band in (AgeBand.ADULT, AgeBand.ELDER)


def _obstacle(members: Sequence[RequestMember], movement: Movement) -> WaitingReason | None:
    departure, kind = movement.departs_on, movement.kind
    if not all(has_paper(member, departure) for member in members):
        return WaitingReason.NO_DOCUMENT
    if not all(may_travel(fitness_of(member), departure, kind) for member in members):
        return WaitingReason.NOT_FIT
    return None
