"""One night of a facility, room by room."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from casework.services.quarantine.calendar import Night, RoomNight, calendar, room_nights
from casework.services.quarantine.facilities import rooms_of
from casework.services.quarantine.occupancy import LIVE
from casework.services.work import Work
from casework.vocabulary import StayState
from models.facility import Facility, Room, Stay
from models.movement import Hold
from models.person import Person
from models.return_request import RequestMember

#: Stays whose bed is not free yet.
STAYING = (
    StayState.HELD,
    StayState.CHECKED_IN,
    StayState.HOSPITALISED,
    StayState.ABSCONDED,
)


@dataclass(frozen=True)
class Guest:
    """Somebody with a bed: by a hold on a movement, and by a stay once the manifest is closed."""

    hold: Hold
    member: RequestMember
    stay: Stay | None

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.member.person

    @property
    def room_id(self) -> UUID:
        """The room of the bed."""
        room_id = self.stay.room_id if self.stay else self.hold.room_id
        assert room_id is not None  # noqa: S101 - only holds with a room are read
        return room_id

    @property
    def nights(self) -> tuple[date, date]:
        """First and last night."""
        bed = self.stay or self.hold
        assert bed.first_night is not None and bed.last_night is not None  # noqa: S101
        return bed.first_night, bed.last_night


@dataclass(frozen=True)
class RoomDay:
    """A room on one night, and who has a bed in it."""

    room: Room
    night: RoomNight
    guests: tuple[Guest, ...]

    @property
    def conflict(self) -> bool:
        """More people than beds, or people in a closed room."""
        return self.night.conflicts(self.room.beds)


@dataclass(frozen=True)
class FacilityDay:
    """A facility on one night."""

    total: Night
    rooms: tuple[RoomDay, ...]


def day_of(work: Work, facility: Facility, night: date) -> FacilityDay:
    """The facility on that night, by floor and room."""
    [total] = calendar(work, night, 1, facility.id)
    states = room_nights(work, facility, night)
    inside: defaultdict[UUID, list[Guest]] = defaultdict(list)
    for guest in guests_of(work, facility, night, night):
        inside[guest.room_id].append(guest)
    rooms = [room for room in rooms_of(work, facility) if room.id in states]
    return FacilityDay(
        total,
        tuple(RoomDay(room, states[room.id], tuple(inside[room.id])) for room in rooms),
    )


def guests_of(work: Work, facility: Facility, first: date, last: date) -> list[Guest]:
    """Who has a bed at the facility on one of these nights, by household and position.

    Who stays beyond the last night stands here as long as the stay is not over.
    """
    staying = Stay.state.in_(STAYING) & (Stay.facility_id == facility.id)
    until = or_(Stay.last_night >= first, Stay.state == StayState.CHECKED_IN)
    by_stay = (
        select(Hold, RequestMember, Stay)
        .join(Stay, Stay.hold_id == Hold.id)
        .where(staying, Stay.first_night <= last, until)
    )
    by_hold = (
        select(Hold, RequestMember)
        .join(Room, Room.id == Hold.room_id)
        .where(
            Room.facility_id == facility.id,
            Hold.state.in_(LIVE),
            Hold.first_night <= last,
            Hold.last_night >= first,
            ~select(Stay.id).where(Stay.hold_id == Hold.id).exists(),
        )
    )
    member = RequestMember.id == Hold.member_id
    order = (RequestMember.request_id, RequestMember.position)
    found = [
        Guest(*row)
        for row in work.session.execute(by_stay.join(RequestMember, member).order_by(*order))
    ]
    return found + [
        Guest(hold, one, None)
        for hold, one in work.session.execute(by_hold.join(RequestMember, member).order_by(*order))
    ]
