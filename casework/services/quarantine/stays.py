"""A traveller's quarantine, step by step: check-in, release and what else may happen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import Conflict, InvalidInput, InvalidTransition, Refused
from casework.messages import N_, Message
from casework.policy import Permission
from casework.rules.quarantine import LabTest, release_obstacles
from casework.rules.workflow import STAY, listed
from casework.services.access import allowed
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.quarantine.occupancy import DAY, bookings
from casework.services.quarantine.samples import tests_of
from casework.services.quarantine.stay_terms import quarantine_of, rule_of
from casework.services.work import Work
from casework.vocabulary import HoldState, Purpose, StayState
from models.facility import Facility, Stay
from models.movement import Hold

#: Steps that need words: why, where to, who knows.
WITH_REASON = (
    StayState.HOSPITALISED,
    StayState.TRANSFERRED,
    StayState.ABSCONDED,
    StayState.DECEASED,
)
#: Steps after which nobody comes back.
_ENDS = (
    StayState.RELEASED,
    StayState.TRANSFERRED,
    StayState.DECEASED,
    StayState.CANCELLED,
)
MOST_NIGHTS_ADDED = 30


def next_steps(work: Work, stay: Stay) -> list[StayState]:
    """Steps that the actor may take from here."""
    return [
        StayState(target)
        for target, permissions in STAY.steps(stay.state).items()
        if any(_may(work, name, stay) for name in permissions) and target != StayState.CANCELLED
    ]


def _may(work: Work, name: str, stay: Stay) -> bool:
    return name.startswith("stay:") and allowed(work, Permission(name), stay)


def check_in(work: Work, stays: Sequence[Stay]) -> int:
    """Let arrived travellers in, or those who come back; returns how many.

    Raises InvalidTransition before the movement has arrived, or when the state forbids it.
    """
    arrived = set(
        work.session.scalars(
            select(Hold.id).where(
                Hold.id.in_([stay.hold_id for stay in stays]), Hold.state == HoldState.ARRIVED
            )
        )
    )
    for stay in stays:
        if stay.hold_id not in arrived:
            raise InvalidTransition(
                N_(
                    "The movement has not arrived yet. When its arrival is recorded, its "
                    "travellers can be checked in."
                )
            )
        move_stay(work, stay, StayState.CHECKED_IN)
    return len(stays)


def move_stay(work: Work, stay: Stay, target: StayState, reason: str = "") -> Stay:
    """Take one step other than release; `reason` in words where the step needs them.

    Raises InvalidTransition, InvalidInput for a missing reason, Refused.
    """
    permissions = STAY.check(stay.state, target)
    if target in WITH_REASON and not reason:
        raise InvalidInput(N_("Write what happened."), "reason")
    if target is StayState.RELEASED:
        return release(work, stay)
    return _step(work, stay, target, permissions, reason=reason)


def obstacles(work: Work, stay: Stay, elsewhere: tuple[LabTest, ...] = ()) -> tuple[Message, ...]:
    """What stands against release today, in sentences; `elsewhere`: tests seen on paper."""
    known = replace(quarantine_of(stay), tests=tests_of(work, stay) + elsewhere)
    return release_obstacles(known, rule_of(stay), clock.today())


def release(work: Work, stay: Stay, negative_test_on: date | None = None) -> Stay:
    """End the quarantine when all its days are served, the test asked for is negative, and no
    result is open. `negative_test_on`: the day of a test made elsewhere.

    Raises InvalidTransition that says what is missing.
    """
    permissions = STAY.check(stay.state, StayState.RELEASED)
    tests = (LabTest(negative_test_on, negative=True),) if negative_test_on else ()
    missing = obstacles(work, stay, tests)
    if missing:
        raise InvalidTransition(
            N_("Release is not possible yet. %(missing)s"), missing=listed(missing)
        )
    return _step(work, stay, StayState.RELEASED, permissions, test=negative_test_on)


def extend(work: Work, stay: Stay, nights: int, reason: str) -> Stay:
    """Keep a traveller for more nights, for a reason in words.

    Raises Conflict when the room is promised to others on one of them.
    """
    if stay.state not in (StayState.CHECKED_IN, StayState.HOSPITALISED):
        STAY.check(stay.state, StayState.HOSPITALISED)
    if not 1 <= nights <= MOST_NIGHTS_ADDED:
        raise InvalidInput(
            N_("Nights are a number from 1 to %(most)s."), "nights", most=MOST_NIGHTS_ADDED
        )
    if not reason:
        raise InvalidInput(N_("Write what happened."), "reason")
    lock_beds(work)
    _check_room_free(work, stay, nights)
    stay.last_night += nights * DAY
    stay.reason = reason
    work.record(_act("stay.extended", stay, "stay:check", {"nights": nights}))
    return stay


def _check_room_free(work: Work, stay: Stay, nights: int) -> None:
    facility = work.session.get_one(Facility, stay.facility_id)
    first = stay.last_night + DAY
    last = stay.last_night + (nights + facility.turnover_days) * DAY
    request_id = work.session.get_one(Hold, stay.hold_id).request_id
    for booking in bookings(work, first, last, stay.facility_id):
        if booking.room_id == stay.room_id and booking.request_id != request_id:
            raise Conflict(
                N_("The room is promised to others from %(night)s. Extend by fewer nights."),
                night=booking.first_night,
            )


def _step(
    work: Work,
    stay: Stay,
    target: StayState,
    permissions: Sequence[str],
    *,
    reason: str = "",
    test: date | None = None,
) -> Stay:
    permission = next((name for name in permissions if _may(work, name, stay)), None)
    if permission is None:
        raise Refused(permissions[0])
    before, stay.state = stay.state, target
    if target is StayState.CHECKED_IN:
        stay.checked_in_at = stay.checked_in_at or clock.now()
    if target in _ENDS:
        stay.ended_at = clock.now()
    if reason:
        stay.reason = reason
    facts: dict[str, object] = {
        "from": before.value,
        "to": target.value,
        "test": test.isoformat() if test else None,
    }
    work.record(_act("stay.moved", stay, permission, facts))
    return stay


def _act(event: str, stay: Stay, permission: str, facts: dict[str, object]) -> Act:
    return Act(
        event,
        Purpose.QUARANTINE,
        permission=permission,
        subjects={stay.subject_id},
        facts=facts,
    )
