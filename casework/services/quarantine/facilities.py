"""Quarantine facilities and their rooms."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Facts, Permission, Side
from casework.services.access import require_facts
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.quarantine.occupancy import LIVE
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import HoldState, OrganisationKind, Purpose, RoomKind, StayState
from models.facility import Facility, Room, Stay
from models.movement import Hold
from models.organisation import Organisation

MOST_ROOMS_AT_ONCE = 200
MOST_BEDS = 12
MOST_TURNOVER = 14
#: Stays whose bed is not free yet.
_STAYING = (
    StayState.HELD,
    StayState.CHECKED_IN,
    StayState.HOSPITALISED,
    StayState.ABSCONDED,
)


@dataclass(frozen=True)
class FacilityLine:
    """A facility in a list: rooms and beds in use."""

    facility: Facility
    rooms: int
    beds: int


def facilities(work: Work, permission: Permission) -> list[FacilityLine]:
    """Facilities on which the actor has `permission`, by code."""
    in_use = (Room.facility_id == Facility.id) & Room.active
    rooms = select(func.count()).where(in_use).scalar_subquery()
    beds = select(func.coalesce(func.sum(Room.beds), 0)).where(in_use).scalar_subquery()
    statement = (
        select(Facility, rooms, beds)
        .join(Facility.organisation)
        .where(visible(work.actor, permission, Facility))
        .order_by(Organisation.code)
    )
    return [FacilityLine(*row) for row in work.session.execute(statement)]


def organisations_without_facility(work: Work) -> list[Organisation]:
    """Organisations of the kind facility whose place is not described yet."""
    statement = (
        select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.FACILITY,
            Organisation.active,
            ~exists().where(Facility.organisation_id == Organisation.id),
        )
        .order_by(Organisation.code)
    )
    if work.actor.organisation_kind is OrganisationKind.FACILITY:
        statement = statement.where(Organisation.id == work.actor.organisation_id)
    return list(work.session.scalars(statement))


def add_facility(
    work: Work, organisation: Organisation, *, aimag: str | None = None, turnover_days: int = 1
) -> Facility:
    """Describe the place of quarantine that `organisation` runs.

    Raises InvalidInput when it runs none or has one already, Refused outside the actor's scope.
    """
    facts = Facts(side=Side.RETURN, facilities=frozenset({organisation.id}))
    require_facts(work, Permission.FACILITY_MANAGE, facts)
    if organisation.kind is not OrganisationKind.FACILITY:
        raise InvalidInput(N_("This organisation runs no quarantine."), "organisation")
    taken = select(Facility.id).where(Facility.organisation_id == organisation.id)
    if work.session.scalar(taken) is not None:
        raise InvalidInput(N_("This organisation has its facility already."), "organisation")
    _check_turnover(turnover_days)
    facility = Facility(
        organisation_id=organisation.id, aimag=aimag or None, turnover_days=turnover_days
    )
    facility.organisation, facility.active = organisation, True
    work.session.add(facility)
    _record(work, "facility.added", organisation=organisation.code, turnover=turnover_days)
    return facility


def change_facility(
    work: Work, facility: Facility, *, aimag: str | None, turnover_days: int, active: bool
) -> Facility:
    """Change where it is, the days between two people, and whether it is in use.

    Raises InvalidTransition when it is to close while beds are held or people stay there.
    """
    _check_turnover(turnover_days)
    lock_beds(work)
    if facility.active and not active and _in_use(work, Room.facility_id == facility.id):
        raise InvalidTransition(
            N_("Beds are held here or people stay here. It can close when the last has left.")
        )
    facility.aimag, facility.turnover_days, facility.active = aimag or None, turnover_days, active
    _record(work, "facility.changed", turnover=turnover_days, active=active)
    return facility


@dataclass(frozen=True)
class RoomSeries:
    """Rooms numbered from `first` to `last`, all alike."""

    first: int
    last: int
    floor: int
    kind: RoomKind
    beds: int


def add_rooms(work: Work, facility: Facility, series: RoomSeries) -> int:
    """Add a series of rooms; numbers that exist already are refused. Returns how many."""
    count = series.last - series.first + 1
    if count < 1:
        raise InvalidInput(N_("The last number comes before the first."), "last")
    if count > MOST_ROOMS_AT_ONCE:
        raise InvalidInput(N_("At most %(most)s rooms at once."), "last", most=MOST_ROOMS_AT_ONCE)
    _check_beds(series.beds)
    numbers = [str(number) for number in range(series.first, series.last + 1)]
    known = work.session.scalars(
        select(Room.number).where(Room.facility_id == facility.id, Room.number.in_(numbers))
    ).all()
    if known:
        raise InvalidInput(N_("Room %(number)s exists already."), "first", number=min(known))
    work.session.add_all(
        Room(
            facility_id=facility.id,
            number=number,
            floor=series.floor,
            kind=series.kind,
            beds=series.beds,
            active=True,
        )
        for number in numbers
    )
    _record(work, "rooms.added", rooms=count, kind=series.kind.value, beds=series.beds)
    return count


def find_facility(work: Work, facility_id: UUID) -> Facility:
    """A facility that people can be sent to; NotFound when there is none."""
    facility = work.session.get(Facility, facility_id)
    if facility is None or not facility.active:
        raise NotFound
    return facility


def find_room(work: Work, facility: Facility, room_id: UUID) -> Room:
    """The facility's room; NotFound when it is another's."""
    room = work.session.get(Room, room_id)
    if room is None or room.facility_id != facility.id:
        raise NotFound
    return room


def room_numbered(work: Work, facility: Facility, number: str) -> Room:
    """The facility's room of that number; InvalidInput when there is none."""
    statement = select(Room).where(Room.facility_id == facility.id, Room.number == number)
    room = work.session.scalars(statement).first()
    if room is None:
        raise InvalidInput(N_("There is no room %(number)s here."), "room", number=number)
    return room


def rooms_of(work: Work, facility: Facility) -> list[Room]:
    """The facility's rooms by floor and number."""
    statement = (
        select(Room)
        .where(Room.facility_id == facility.id)
        .order_by(Room.floor, func.length(Room.number), Room.number)
    )
    return list(work.session.scalars(statement))


def change_room(work: Work, room: Room, *, kind: RoomKind, beds: int, active: bool) -> Room:
    """Change a room; InvalidTransition when people who have it would lose their bed."""
    _check_beds(beds)
    lock_beds(work)
    changed = (kind, beds, active) != (room.kind, room.beds, room.active)
    if changed and _in_use(work, Room.id == room.id):
        raise InvalidTransition(
            N_("This room is held or somebody stays in it. Change it when they have left.")
        )
    room.kind, room.beds, room.active = kind, beds, active
    _record(work, "room.changed", kind=kind.value, beds=beds, active=active)
    return room


def _in_use(work: Work, condition: ColumnElement[bool]) -> bool:
    waiting = select(Hold.id).where(
        Hold.room_id == Room.id,
        Hold.state.in_(LIVE),
        Hold.state != HoldState.ARRIVED,
        Hold.last_night >= clock.today(),
    )
    staying = select(Stay.id).where(Stay.room_id == Room.id, Stay.state.in_(_STAYING))
    statement = select(Room.id).where(condition, or_(waiting.exists(), staying.exists())).limit(1)
    return work.session.scalar(statement) is not None


def _check_beds(beds: int) -> None:
    if not 1 <= beds <= MOST_BEDS:
        raise InvalidInput(N_("Beds are a number from 1 to %(most)s."), "beds", most=MOST_BEDS)


def _check_turnover(days: int) -> None:
    if not 0 <= days <= MOST_TURNOVER:
        raise InvalidInput(
            N_("Days are a number from 0 to %(most)s."), "turnover_days", most=MOST_TURNOVER
        )


def _record(work: Work, event: str, **facts: object) -> None:
    work.record(Act(event, Purpose.QUARANTINE, permission=Permission.FACILITY_MANAGE, facts=facts))
