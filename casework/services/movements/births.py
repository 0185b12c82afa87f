"""A child is born to a household that was given a place: it joins that place.

On the lap of an adult or a seat of its own, in a free bed of their rooms or in other rooms for
all of them.
"""

from collections.abc import Sequence
from uuid import UUID

from casework.errors import InvalidInput
from casework.messages import N_
from casework.rules.allocation_stock import Stock
from casework.rules.allocation_units import Unit
from casework.services.movements.boarding import booked_stays
from casework.services.movements.problem import FLIGHTS, household_of, problem_without
from casework.services.movements.reading import figures
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.work import Work
from casework.vocabulary import MovementState
from models.movement import Hold, Movement
from models.return_request import RequestMember

NO_SEAT = N_(
    "No seat is free for the child, and no adult's lap. Ask the consular desk for a seat, or "
    "confirm here that the household gives its places back; all of them wait again, where they "
    "stood."
)
NO_BED = N_(
    "No bed is free for the child with its family. Ask the consular desk for a room, or confirm "
    "here that the household gives its places back; all of them wait again, where they stood."
)


def seat_newborn(work: Work, party: Sequence[Hold], child: RequestMember) -> None:
    """Give a child under two a place beside those it travels with, who hold `party`.

    Raises InvalidInput, with the field `give_back`, when there is no seat or no bed for it.
    """
    lock_beds(work)
    with work.beyond("the newborn's bed stands with the family's"):
        work.session.flush()
        _join(work, party, child)


def _join(work: Work, party: Sequence[Hold], child: RequestMember) -> None:
    movement = party[0].movement
    seat = not _has_a_lap(work, movement, party)
    if seat and figures(work, [movement])[0].seats_free < 1:
        raise InvalidInput(NO_SEAT, "give_back")
    room_id = None
    if party[0].room_id is not None:
        room_id = _bed(work, movement, party, child)
        if room_id is None:
            raise InvalidInput(NO_BED, "give_back")
    hold = _hold(party[0], child, room_id, seat)
    work.session.add(hold)
    work.session.flush()
    if movement.state is MovementState.MANIFEST_CLOSED:
        work.session.add_all(booked_stays([hold]))


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
