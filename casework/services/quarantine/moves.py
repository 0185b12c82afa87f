"""Changing rooms: a room is one household's, and says of itself only whether it can be had."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import Conflict, InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.age import is_child
from casework.rules.sharing import Sleeper, may_share
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.quarantine.day import Guest, guests_of
from casework.services.quarantine.facilities import rooms_of
from casework.services.quarantine.occupancy import DAY, bookings, closed_nights
from casework.services.work import Work
from casework.vocabulary import Purpose, Relation, RoomKind, StayState
from models.facility import Facility, Room, RoomChange, Stay

#: Stays that keep a bed which can still be changed.
MOVABLE = (StayState.HELD, StayState.CHECKED_IN)
_NOT_TO_BE_HAD = N_("Room %(number)s cannot be had for these nights. Choose another.")


def change_room(work: Work, stay: Stay, room: Room, reason: str) -> Stay:
    """Give somebody another room of the facility for the nights that are left.

    Raises InvalidInput without a reason or for her own room, InvalidTransition once she has left,
    Conflict when the room cannot be had: whatever the cause, in the same words.
    """
    if stay.state not in MOVABLE:
        raise InvalidTransition(N_("This person has no bed here any more."))
    if not reason:
        raise InvalidInput(N_("Write what happened."), "reason")
    if room.id == stay.room_id:
        raise InvalidInput(N_("The person has this room already."), "room")
    lock_beds(work)
    [mover] = [guest for guest in guests_here(work, stay.facility) if guest.stay is stay]
    if room not in rooms_for(work, stay.facility, [mover]):
        raise Conflict(_NOT_TO_BE_HAD, number=room.number)
    before = stay.room.number
    move(work, mover, room, reason)
    work.record(_act("room.moved", [mover], {"from": before, "to": room.number}))
    return stay


def guests_here(work: Work, facility: Facility) -> list[Guest]:
    """Everybody with a bed at the facility tonight or later."""
    return guests_of(work, facility, clock.today(), date.max - timedelta(days=366))


def rooms_for(
    work: Work, facility: Facility, movers: Sequence[Guest], without: Collection[UUID] = ()
) -> list[Room]:
    """Rooms of the facility that can be had by these people of one household, together.

    A room is free on all their nights and the turnover around, or has a bed left beside their own
    household; kinds are kept; who must sleep apart is kept apart.
    """
    first = max(clock.today(), min(mover.nights[0] for mover in movers))
    last = max(first, *(mover.nights[1] for mover in movers))
    barred = _barred(work, facility, movers, first, last)
    inside = guests_of(work, facility, first, last)
    own = {room.id: room for room in rooms_of(work, facility)}
    kinds = {work.session.get_one(Room, mover.room_id).kind for mover in movers}
    moving = {mover.hold.id for mover in movers}
    found = []
    for room in own.values():
        if room.id in barred or room.id in without or not room.active:
            continue
        staying = [g for g in inside if g.room_id == room.id and g.hold.id not in moving]
        together = [*staying, *movers]
        if len(together) <= room.beds and _fits(room, kinds) and _share(work, together):
            found.append(room)
    return found


def _barred(
    work: Work, facility: Facility, movers: Sequence[Guest], first: date, last: date
) -> set[UUID]:
    """Rooms that are closed or another household's on one of the nights, turnover counted."""
    around = facility.turnover_days * DAY
    own = movers[0].hold.request_id
    taken = {
        booking.room_id
        for booking in bookings(work, first - around, last + around, facility.id)
        if booking.request_id != own
    }
    return taken | {room_id for room_id, _ in closed_nights(work, first, last, facility.id)}


def _fits(room: Room, kinds: Collection[RoomKind]) -> bool:
    """Isolation only from isolation, and an accessible room stays accessible."""
    if RoomKind.ACCESSIBLE in kinds:
        return room.kind is RoomKind.ACCESSIBLE
    return room.kind is not RoomKind.ISOLATION or RoomKind.ISOLATION in kinds


def _share(work: Work, together: Sequence[Guest]) -> bool:
    """Asked by the machine alone: nobody is shown what the compartment says, nor that it does."""
    day = clock.today()
    with work.unseen():
        sleepers = [
            Sleeper(
                Relation(guest.member.relation),
                is_child(guest.person.birth_date, day),
                bool(guest.member.protection),
            )
            for guest in together
        ]
    return may_share(sleepers)


def move(work: Work, guest: Guest, room: Room, reason: str) -> None:
    """Write the other bed down; the caller's entry accounts for it."""
    stay = guest.stay
    if stay is not None:
        if stay.state is StayState.CHECKED_IN:
            work.session.add(
                RoomChange(
                    stay_id=stay.id,
                    subject_id=stay.subject_id,
                    from_room_id=stay.room_id,
                    to_room_id=room.id,
                    moved_on=clock.today(),
                    reason=reason,
                )
            )
        stay.room_id, stay.facility_id = room.id, room.facility_id
        stay.room = room
    guest.hold.room_id = room.id


def changes_of(work: Work, stay: Stay) -> list[RoomChange]:
    """Rooms the person had before, the latest first."""
    statement = select(RoomChange).where(RoomChange.stay_id == stay.id)
    return list(work.session.scalars(statement.order_by(RoomChange.moved_on.desc())))


def _act(event: str, movers: Sequence[Guest], facts: dict[str, object]) -> Act:
    return Act(
        event,
        Purpose.QUARANTINE,
        permission=Permission.STAY_CHECK,
        subjects={mover.hold.subject_id for mover in movers},
        facts=facts,
    )
