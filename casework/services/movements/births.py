"""A household grows by a birth after it asked to come home, perhaps after it was given a place.

The child joins the place of those who travel together: on the lap of an adult or a seat of its own,
in a free bed of their rooms or in other rooms for all of them. Where that cannot be, the others
keep their place and the desk is told; nobody is offered less than before.
"""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.age import INFANT_UNDER, age_on
from casework.rules.allocation_stock import Stock
from casework.rules.allocation_units import Unit
from casework.services.access import require
from casework.services.movements.boarding import booked_stays
from casework.services.movements.holds import BEFORE_DEPARTURE
from casework.services.movements.problem import FLIGHTS, household_of, problem_without
from casework.services.movements.reading import figures
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.requests.household_input import PersonInput
from casework.services.requests.registering import add_member
from casework.services.requests.scoring import order_today, store_score
from casework.services.requests.states import ACTIVE, active_members
from casework.services.work import Work
from casework.vocabulary import MovementState, Purpose, RequestState
from models.movement import Hold, Movement
from models.return_request import RequestMember, ReturnRequest


class Place(StrEnum):
    """What came of the household's place."""

    NONE_HELD = "none_held"
    GIVEN = "given"
    NO_SEAT = "no_seat"
    NO_BED = "no_bed"


def record_birth(work: Work, request: ReturnRequest, child: PersonInput) -> Place:
    """Add the newborn to the request, and to the household's seats and beds.

    Raises InvalidInput for a child who is no infant, InvalidTransition for a request that ended
    or is on its way.
    """
    require(work, Permission.RETURN_REQUEST_UPDATE, request)
    if request.state not in ACTIVE or request.state is RequestState.TRAVELLING:
        raise InvalidTransition(N_("The request is: %(state)s."), state=request.state)
    if not 0 <= age_on(child.birth_date, clock.today()) < INFANT_UNDER:
        raise InvalidInput(N_("A newborn is under two years old."), "birth_date")
    lock_beds(work)
    with work.session.no_autoflush:
        member = add_member(work, request, child)
        if request.score is not None:
            store_score(work, request, order_today(work), active_members(request))
    with work.beyond("the newborn's bed stands with the family's"):
        place = _join(work, request, member)
    work.record(
        Act(
            "request.born",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.RETURN_REQUEST_UPDATE,
            subjects={member.subject_id},
            facts={"place": place.value},
        )
    )
    return place


def _join(work: Work, request: ReturnRequest, child: RequestMember) -> Place:
    work.session.flush()
    party = [hold for hold in _live(work, request) if not hold.member.travels_apart]
    if not party:
        return Place.NONE_HELD
    movement = party[0].movement
    seat = not _has_a_lap(work, movement, party)
    if seat and figures(work, [movement])[0].seats_free < 1:
        return Place.NO_SEAT
    room_id = None
    if party[0].room_id is not None:
        room_id = _bed(work, movement, party, child)
        if room_id is None:
            return Place.NO_BED
    hold = _hold(party[0], child, room_id, seat)
    work.session.add(hold)
    work.session.flush()
    if movement.state is MovementState.MANIFEST_CLOSED:
        work.session.add_all(booked_stays([hold]))
    return Place.GIVEN


def _live(work: Work, request: ReturnRequest) -> list[Hold]:
    statement = select(Hold).where(Hold.request_id == request.id, Hold.state.in_(BEFORE_DEPARTURE))
    return list(work.session.scalars(statement))


def _has_a_lap(work: Work, movement: Movement, party: Sequence[Hold]) -> bool:
    on_laps = sum(hold.seats == 0 for hold in party)
    with work.unseen():
        household = household_of([hold.member for hold in party], movement)
    adults = sum(member.adult for member in household.members)
    return movement.kind in FLIGHTS and adults > on_laps


def _bed(
    work: Work, movement: Movement, party: Sequence[Hold], child: RequestMember
) -> UUID | None:
    """A free bed in a room of theirs; else other rooms for all, when there are any."""
    for hold in party:
        sleepers = sum(other.room_id == hold.room_id for other in party)
        if hold.room is not None and sleepers < hold.room.beds:
            return hold.room_id
    if movement.state is MovementState.MANIFEST_CLOSED:
        return None  # the facility moves people who are expected already
    members = [*(hold.member for hold in party), child]
    with work.unseen():
        household = household_of(members, movement)
    stock = Stock(problem_without(work, movement, party))
    unit = Unit.of(household, household.members, movement.kind in FLIGHTS)
    if stock.shortage(unit, movement.seats) is not None:
        return None
    rooms = dict(stock.take(unit))
    for hold in party:
        hold.room_id = UUID(rooms[str(hold.member_id)])
    return UUID(rooms[str(child.id)])


def _hold(beside: Hold, child: RequestMember, room_id: UUID | None, seat: bool) -> Hold:
    """Like the hold of those it travels with."""
    return Hold(
        movement=beside.movement,
        request=beside.request,
        member=child,
        subject_id=child.subject_id,
        state=beside.state,
        seats=int(seat),
        reserved=beside.reserved,
        funder=beside.funder,
        room_id=room_id,
        first_night=beside.first_night,
        last_night=beside.last_night,
        payer=beside.payer,
        quarantine_payer=beside.quarantine_payer,
        offered_at=beside.offered_at,
        expires_at=beside.expires_at,
        answered_at=beside.answered_at,
    )
