"""Rooms and whole facilities that are closed for a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.movements.handing_on import hand_on_all
from casework.services.movements.holds import BEFORE_DEPARTURE, return_to_queue
from casework.services.movements.telling import TOLD, tell_principal
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.quarantine.day import Guest, guests_of
from casework.services.quarantine.facilities import rooms_of
from casework.services.quarantine.moves import move, rooms_for
from casework.services.work import Work
from casework.vocabulary import MessageKind, Purpose, ReleaseReason, ShutReason
from models.facility import Closure, Facility, Room
from models.movement import Hold

MOST_NIGHTS_CLOSED = 366
#: Chosen for people who give seat and bed back instead of moving.
RELEASE = "release"


@dataclass(frozen=True)
class ClosurePlan:
    """What is to close, from the first night to the last, both counted; no room: all of it."""

    room: Room | None
    first_night: date
    last_night: date
    reason: ShutReason


def closures_of(work: Work, facility: Facility) -> list[Closure]:
    """What is closed at the facility today or later, the earliest first."""
    statement = (
        select(Closure)
        .where(
            Closure.facility_id == facility.id,
            Closure.lifted_at.is_(None),
            Closure.last_night >= clock.today(),
        )
        .order_by(Closure.first_night, Closure.id)
    )
    return list(work.session.scalars(statement))


@dataclass(frozen=True)
class Affected:
    """People of one household in one room that is to close; `rooms` can be had instead."""

    guests: tuple[Guest, ...]
    room: Room
    rooms: tuple[Room, ...]

    @property
    def key(self) -> str:
        """Names the group in what was chosen."""
        return f"{self.guests[0].hold.request_id}.{self.room.id}"

    @property
    def before_departure(self) -> bool:
        """Whether seat and bed can still be given back together."""
        return all(guest.hold.state in BEFORE_DEPARTURE for guest in self.guests)


def affected(work: Work, facility: Facility, plan: ClosurePlan) -> list[Affected]:
    """Who has a bed there on these nights, by household and room, and where else they fit."""
    rooms = {room.id: room for room in rooms_of(work, facility)}
    closing = {plan.room.id} if plan.room else set(rooms)
    groups: defaultdict[tuple[UUID, UUID], list[Guest]] = defaultdict(list)
    for guest in guests_of(work, facility, plan.first_night, plan.last_night):
        if guest.room_id in closing:
            groups[guest.hold.request_id, guest.room_id].append(guest)
    return [
        Affected(tuple(guests), rooms[room_id], tuple(rooms_for(work, facility, guests, closing)))
        for (_, room_id), guests in groups.items()
    ]


def close(
    work: Work, facility: Facility, plan: ClosurePlan, choices: Mapping[str, str] | None = None
) -> Closure:
    """Let nobody sleep there on these nights.

    `choices`: for each group of people there, by its key, the room they get instead, or RELEASE:
    the whole household's seats and beds go to the next in the queue, and it is written to. Raises
    InvalidInput for days that make no sense, InvalidTransition while nothing is chosen for
    somebody, or when the chosen room cannot be had any more.
    """
    check_days(plan)
    lock_beds(work)
    groups = affected(work, facility, plan)
    parties = _given_back(work, groups, choices or {})
    told = [party for party in parties if party[0].state in TOLD]
    for party in parties:
        return_to_queue(work, party, ReleaseReason.CANCELLED)
    released = {party[0].request_id for party in parties}
    kept = [one for one in groups if one.guests[0].hold.request_id not in released]
    for group in kept:
        _move(work, facility, plan, group, choices or {})
    closure = _make(work, facility, plan, sum(len(group.guests) for group in kept))
    for party in told:
        tell_principal(work, party, MessageKind.NEWS)
    movements = {party[0].movement_id: party[0].movement for party in parties}
    hand_on_all(work, movements.values(), str(closure.id))
    return closure


def _make(work: Work, facility: Facility, plan: ClosurePlan, moved: int) -> Closure:
    closure = Closure(
        facility_id=facility.id,
        room_id=plan.room.id if plan.room else None,
        first_night=plan.first_night,
        last_night=plan.last_night,
        reason=plan.reason,
    )
    work.session.add(closure)
    facts = {
        "room": str(plan.room.id) if plan.room else None,
        "first": plan.first_night.isoformat(),
        "last": plan.last_night.isoformat(),
        "reason": plan.reason.value,
        "moved": moved,
    }
    work.record(_act("closure.made", facts))
    return closure


def _given_back(
    work: Work, groups: Sequence[Affected], choices: Mapping[str, str]
) -> list[list[Hold]]:
    """The places, by household and movement, of those for whom that was chosen: all of each."""
    chosen = [group for group in groups if choices.get(group.key) == RELEASE]
    if not chosen:
        return []
    require(work, Permission.OFFER_SEND)
    for group in chosen:
        if not group.before_departure:
            raise InvalidTransition(
                N_("Who is on the way or has arrived needs a bed. Choose another room.")
            )
    places = {(one.guests[0].hold.request_id, one.guests[0].hold.movement_id) for one in chosen}
    return [
        list(
            work.session.scalars(
                select(Hold).where(
                    Hold.request_id == request_id,
                    Hold.movement_id == movement_id,
                    Hold.state.in_(BEFORE_DEPARTURE),
                )
            )
        )
        for request_id, movement_id in sorted(places)
    ]


def _move(
    work: Work,
    facility: Facility,
    plan: ClosurePlan,
    group: Affected,
    choices: Mapping[str, str],
) -> None:
    chosen = choices.get(group.key)
    if not chosen:
        raise InvalidTransition(
            N_("People have beds here on these nights. Choose for each what becomes of them.")
        )
    closing = [plan.room.id] if plan.room else [room.id for room in rooms_of(work, facility)]
    free = rooms_for(work, facility, group.guests, closing)
    room = next((one for one in free if str(one.id) == chosen), None)
    if room is None:
        raise InvalidTransition(N_("A chosen room cannot be had any more. Choose another."))
    for guest in group.guests:
        move(work, guest, room, "")
    work.session.flush()


def check_days(plan: ClosurePlan) -> None:
    """InvalidInput unless the nights lie ahead, in order, and within a year."""
    if plan.first_night < clock.today():
        raise InvalidInput(
            N_("A past night cannot be closed. Begin today or later."), "first_night"
        )
    if plan.last_night < plan.first_night:
        raise InvalidInput(N_("The last night comes before the first."), "last_night")
    if (plan.last_night - plan.first_night).days >= MOST_NIGHTS_CLOSED:
        raise InvalidInput(
            N_("Close for at most %(most)s nights."), "last_night", most=MOST_NIGHTS_CLOSED
        )


def find_closure(work: Work, facility: Facility, closure_id: UUID) -> Closure:
    """The facility's closure; NotFound when it is another's."""
    closure = work.session.get(Closure, closure_id)
    if closure is None or closure.facility_id != facility.id:
        raise NotFound
    return closure


def lift(work: Work, closure: Closure) -> Closure:
    """Give the closure up: the beds can be given out again."""
    if closure.lifted_at is not None:
        raise InvalidTransition(N_("This closure was given up already."))
    closure.lifted_at = clock.now()
    facts = {"first": closure.first_night.isoformat(), "last": closure.last_night.isoformat()}
    work.record(_act("closure.lifted", facts))
    return closure


def _act(event: str, facts: Mapping[str, object]) -> Act:
    return Act(event, Purpose.QUARANTINE, permission=Permission.FACILITY_MANAGE, facts=dict(facts))
