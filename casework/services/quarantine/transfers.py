"""Moving somebody to another facility: one stay ends, another of the same hold waits there."""

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import Conflict, InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.quarantine.day import Guest
from casework.services.quarantine.moves import guests_here, rooms_for
from casework.services.quarantine.stay_terms import arrival_of
from casework.services.quarantine.stays import move_stay
from casework.services.work import Work
from casework.vocabulary import Purpose, StayState
from models.facility import Facility, Room, Stay


def other_facilities(work: Work) -> list[Facility]:
    """Facilities in use that others run."""
    statement = select(Facility).where(
        Facility.active, Facility.organisation_id != work.actor.organisation_id
    )
    return list(work.session.scalars(statement.order_by(Facility.id)))


def transfer(work: Work, stay: Stay, facility: Facility, reason: str) -> Stay:
    """Send somebody inside to `facility`, for the nights that are left; returns the stay there.

    The days count from the arrival in the country. Raises InvalidInput for the same facility or
    without a reason, InvalidTransition when the person is not inside, Conflict without a bed.
    """
    if facility.id == stay.facility_id:
        raise InvalidInput(N_("The person is there already."), "facility")
    lock_beds(work)
    here = [guest for guest in guests_here(work, stay.facility) if guest.stay is stay]
    move_stay(work, stay, StayState.TRANSFERRED, reason)
    with work.beyond("whether another facility has a bed is told, never whose the others are"):
        room = _room_there(work, facility, here)
        following = _following(stay, room)
        work.session.add(following)
        here[0].hold.room_id = room.id
        work.session.flush()
        work.record(
            Act(
                "stay.followed",
                Purpose.QUARANTINE,
                permission=Permission.STAY_CHECK,
                subjects={stay.subject_id},
                facts={"to": str(room.facility_id)},
            )
        )
    return following


def _room_there(work: Work, facility: Facility, movers: list[Guest]) -> Room:
    """The smallest room that can be had."""
    rooms = rooms_for(work, facility, movers)
    if not rooms:
        raise Conflict(N_("No bed can be had there for these nights. Choose another facility."))
    return min(rooms, key=lambda room: (room.beds, room.number))


def _following(stay: Stay, room: Room) -> Stay:
    return Stay(
        hold_id=stay.hold_id,
        member_id=stay.member_id,
        person_id=stay.person_id,
        subject_id=stay.subject_id,
        facility_id=room.facility_id,
        room_id=room.id,
        state=StayState.HELD,
        first_night=clock.today(),
        last_night=max(stay.last_night, clock.today()),
        arrived_on=arrival_of(stay),
    )
