"""The season's problem: everybody who waits, every movement before its offers, every room.

Needs and birth dates are read by the machine alone: nobody is shown them, so they are not counted
as read. A missing travel document keeps nobody out of a plan, as months remain to issue an
emergency certificate; whoever gives out a movement's places asks again.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import contains_eager

from casework import clock
from casework.rules.age import ADULT_AGE, INFANT_UNDER
from casework.rules.allocation_problem import Occupancy, Room
from casework.rules.fitness import may_travel
from casework.rules.priority import Score, order_key
from casework.rules.season_problem import Departure, Party, SeasonProblem, Traveller
from casework.services.movements.problem import FLIGHTS, NOT_AGAIN
from casework.services.policies import published_policy
from casework.services.quarantine.occupancy import LIVE, bookings
from casework.services.requests.scoring import Order, score_of
from casework.services.requests.travel import fitness_of
from casework.services.work import Work
from casework.vocabulary import (
    Band,
    HoldState,
    MovementState,
    Need,
    OverrideKind,
    RequestState,
)
from models.approval import AllocationOverride
from models.facility import Facility
from models.facility import Room as RoomRow
from models.movement import Hold, Movement
from models.return_request import RequestMember, ReturnRequest

#: Movements that places can still be planned for.
OPEN = (MovementState.PLANNED, MovementState.ALLOCATING)
HOUSEHOLDS_AT_ONCE = 500


@dataclass(frozen=True)
class Asked:
    """A request of the season: its row, its band on the day of planning."""

    request: ReturnRequest
    band: Band


@dataclass(frozen=True)
class SeasonInput:
    """The problem, the day and policy its points are of, and the rows behind it."""

    problem: SeasonProblem
    policy: int
    points_on: date
    requests: dict[str, Asked]
    movements: dict[str, Movement]
    room_names: dict[str, str]


def build_season(work: Work, points_on: date | None = None) -> SeasonInput:
    """Everything as it stands now. `points_on`: the day whose points count."""
    movements = _movements(work)
    members = _queued(work)
    row, policy = published_policy(work)
    day = points_on or points_day(movements, [member.request for member in members])
    rooms, names = _rooms(work)
    departures = _departures(work, movements)
    asked, parties = _parties(work, members, movements, Order(row.id, policy, day))
    problem = SeasonProblem(
        tuple(departures), rooms, _occupied(work, departures, rooms), tuple(parties)
    )
    return SeasonInput(
        problem, row.number, day, asked, {str(each.id): each for each in movements}, names
    )


def points_day(movements: Sequence[Movement], requests: Sequence[ReturnRequest]) -> date:
    """Today; for a season that is over already, the day its last request was lodged."""
    today = clock.today()
    if not movements or max(each.departs_on for each in movements) >= today:
        return today
    return max((request.submitted_on for request in requests), default=today)


def _movements(work: Work) -> list[Movement]:
    statement = (
        select(Movement)
        .where(Movement.state.in_(OPEN))
        .order_by(Movement.departs_on, Movement.reference)
    )
    return list(work.session.scalars(statement))


def _departures(work: Work, movements: Sequence[Movement]) -> list[Departure]:
    statement = (
        select(
            Hold.movement_id,
            func.sum(Hold.seats),
            func.coalesce(func.sum(Hold.seats).filter(Hold.reserved), 0),
        )
        .where(Hold.state.in_(LIVE))
        .group_by(Hold.movement_id)
    )
    taken = {key: (count, kept) for key, count, kept in work.session.execute(statement)}
    return [_departure(movement, *taken.get(movement.id, (0, 0))) for movement in movements]


def _departure(movement: Movement, taken: int, reserved_taken: int) -> Departure:
    nights = movement.quarantine_nights
    last = movement.arrives_on + timedelta(days=nights - 1)
    kept = movement.seats * movement.reserved_percent // 100
    return Departure(
        str(movement.id),
        movement.reference,
        movement.departs_on,
        max(0, movement.seats - taken),
        frozenset(movement.origin_countries),
        movement.arrives_on if nights else None,
        last if nights else None,
        max(0, kept - reserved_taken),
        movement.kind in FLIGHTS,
    )


def _rooms(work: Work) -> tuple[tuple[Room, ...], dict[str, str]]:
    statement = (
        select(RoomRow, Facility)
        .join(Facility)
        .where(RoomRow.active, Facility.active)
        .order_by(RoomRow.facility_id, RoomRow.number)
    )
    rooms, names = [], {}
    for room, facility in work.session.execute(statement):
        rooms.append(
            Room(str(room.id), str(facility.id), room.kind, room.beds, facility.turnover_days)
        )
        names[str(room.id)] = f"{facility.organisation.code}/{room.number}"
    return tuple(rooms), names


def _occupied(
    work: Work, departures: Sequence[Departure], rooms: Sequence[Room]
) -> tuple[Occupancy, ...]:
    nights = [day for d in departures for day in (d.first_night, d.last_night) if day]
    if not nights:
        return ()
    gap = timedelta(days=max((room.turnover_days for room in rooms), default=0))
    first, last = min(nights) - gap, max(nights) + gap
    taken = {
        (str(booking.room_id), night): str(booking.request_id)
        for booking in bookings(work, first, last)
        for night in booking.nights()
        if first <= night <= last
    }
    return tuple(Occupancy(room_id, night, by) for (room_id, night), by in sorted(taken.items()))


def _queued(work: Work) -> list[RequestMember]:
    placed = exists().where(
        Hold.member_id == RequestMember.id,
        Hold.state.in_(LIVE),
        Hold.state != HoldState.ARRIVED,
    )
    statement = (
        select(RequestMember)
        .join(RequestMember.request)
        .outerjoin(ReturnRequest.score)
        .options(contains_eager(RequestMember.request).contains_eager(ReturnRequest.score))
        .where(RequestMember.state == RequestState.QUEUED, ~placed)
        .order_by(ReturnRequest.reference, RequestMember.position)
    )
    return list(work.session.scalars(statement))


def _households(work: Work, members: Sequence[RequestMember]) -> Iterator[list[RequestMember]]:
    """Members by request, the keys of a thousand at hand at a time."""
    groups = [list(group) for _, group in groupby(members, key=lambda member: member.request_id)]
    for start in range(0, len(groups), HOUSEHOLDS_AT_ONCE):
        batch = groups[start : start + HOUSEHOLDS_AT_ONCE]
        work.keyring.load({member.subject_id for household in batch for member in household})
        yield from batch


def _parties(
    work: Work, members: Sequence[RequestMember], movements: Sequence[Movement], order: Order
) -> tuple[dict[str, Asked], list[Party]]:
    """Everybody who waits, in the published order of the day."""
    barred = _barred(work)
    found = []
    for household in _households(work, members):
        request = household[0].request
        score = score_of(work, request, order, household)
        seed = order.policy.tie_seed
        key = order_key(score, request.submitted_on, request.reference, seed)
        with work.unseen():
            parties = [_party(part, score, movements, barred) for part in _parts(household)]
        found.append((key, Asked(request, score.band), parties))
    found.sort(key=lambda each: each[0])
    asked = {str(each.request.id): each for _, each, _ in found}
    placed = [
        replace(party, position=position)
        for position, (_, _, parties) in enumerate(found, start=1)
        for party in parties
    ]
    return asked, placed


def _parts(household: Sequence[RequestMember]) -> Iterator[list[RequestMember]]:
    together = [member for member in household if not member.travels_apart]
    if together:
        yield together
    yield from ([member] for member in household if member.travels_apart)


def _barred(work: Work) -> dict[UUID, set[UUID]]:
    """Movements that requests may not take: left out by decision; members, given back before."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    overrides = select(AllocationOverride.request_id, AllocationOverride.movement_id).where(
        AllocationOverride.kind == OverrideKind.EXCLUDE, AllocationOverride.ended_at.is_(None)
    )
    refused = select(Hold.member_id, Hold.movement_id).where(Hold.release_reason.in_(NOT_AGAIN))
    for statement in (overrides, refused):
        for key, movement_id in work.session.execute(statement):
            found[key].add(movement_id)
    return dict(found)


def _party(
    part: Sequence[RequestMember],
    score: Score,
    movements: Sequence[Movement],
    barred: dict[UUID, set[UUID]],
) -> Party:
    """A party whose position is not known yet."""
    request = part[0].request
    unfit = {
        movement.id
        for fitness in map(fitness_of, part)
        if fitness.may_keep_back
        for movement in movements
        if request.country in movement.origin_countries
        and not may_travel(fitness, movement.departs_on, movement.kind)
    }
    left_out = unfit.union(*(barred.get(key, ()) for key in [request.id, *(m.id for m in part)]))
    return Party(
        str(request.id),
        request.reference,
        0,
        request.country,
        request.submitted_on,
        score.points,
        tuple(_traveller(member) for member in part),
        score.reserved,
        barred=frozenset(str(movement_id) for movement_id in left_out),
    )


def _traveller(member: RequestMember) -> Traveller:
    born = member.person.birth_date
    return Traveller(
        str(member.id),
        needs_accessible=Need.DISABILITY in (member.needs or []),
        infant_until=_birthday(born, INFANT_UNDER),
        adult_from=_birthday(born, ADULT_AGE),
    )


def _birthday(born: date, age: int) -> date:
    """The day somebody turns `age`; 1 March for who was born on 29 February."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
