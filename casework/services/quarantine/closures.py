"""Rooms and whole facilities that are closed for a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.quarantine.occupancy import bookings
from casework.services.work import Work
from casework.vocabulary import Purpose, ShutReason
from models.facility import Closure, Facility, Room

MOST_NIGHTS_CLOSED = 366


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


def close(work: Work, facility: Facility, plan: ClosurePlan) -> Closure:
    """Let nobody sleep there on these nights.

    Raises InvalidInput for days that make no sense, InvalidTransition while beds are held there
    or people stay.
    """
    check_days(plan)
    lock_beds(work)
    if any(
        plan.room is None or booking.room_id == plan.room.id
        for booking in bookings(work, plan.first_night, plan.last_night, facility.id)
    ):
        raise InvalidTransition(N_("Beds are held here or people stay here on these nights."))
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
        "moved": 0,
    }
    work.record(_act("closure.made", facts))
    return closure


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
