"""Changing a movement after it was planned: another day, seats, point of entry, seats kept.

When the day moves, everybody who holds a place is looked at again: papers and fitness on the new
day, and a bed on the shifted nights, in the same room where it is free. Who can still travel keeps
the place, and offers run anew; who cannot waits again in the old place. Whoever had been told of
the place is written to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.allocation_stock import Stock
from casework.rules.allocation_units import Unit
from casework.rules.quarantine import quarantine_nights
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.movements.holds import by_request, free, holds_of, return_to_queue
from casework.services.movements.planning import MOST_SEATS
from casework.services.movements.problem import household_of, problem_without
from casework.services.movements.telling import TOLD, tell_principal
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.work import Work
from casework.vocabulary import HoldState, MessageKind, MovementState, Payer, Purpose, ReleaseReason
from models.movement import Hold, Movement

CHANGEABLE = (MovementState.PLANNED, MovementState.ALLOCATING, MovementState.OFFERS_SENT)
KEPT = (HoldState.HELD, HoldState.OFFERED, HoldState.CONFIRMED)


@dataclass(frozen=True)
class Terms:
    """What can be changed of a movement. `funder_seats`: seats kept for those a payer pays for."""

    seats: int
    departs_on: date
    arrives_on: date
    point_of_entry: str
    reserved_percent: int
    medical_escorts: int | None
    funder_seats: Mapping[Payer, int]


@dataclass(frozen=True)
class Changed:
    """How many people keep their place on another day, and how many lost it."""

    moved: int
    released: int


def change_movement(
    work: Work, movement: Movement, terms: Terms, version: int | None = None
) -> Changed:
    """Change the terms and look again at everybody who holds a place.

    Raises InvalidTransition once the manifest is closed, InvalidInput for terms that contradict
    one another or what is given out already, StaleRecord when it was changed since `version`.
    """
    require(work, Permission.MOVEMENT_PLAN, movement)
    lock_beds(work)
    if movement.state not in CHANGEABLE:
        raise InvalidTransition(
            N_("The movement is: %(state)s. It can be changed until the manifest is closed."),
            state=movement.state,
        )
    expect_version(movement, version)
    holds = holds_of(work, movement, KEPT)
    _check(terms, holds)
    shifted = (terms.departs_on, terms.arrives_on) != (movement.departs_on, movement.arrives_on)
    _set(movement, terms)
    with work.beyond("everybody who holds a place is looked at, of any mission"):
        lost = _look_again(work, movement, holds) if shifted and holds else []
    people = sum(len(party) for party in lost)
    changed = Changed(len(holds) - people if shifted else 0, people)
    told = by_request(hold for hold in holds if shifted and hold.state in TOLD)
    offered = [party for party in lost if party[0].state is not HoldState.HELD]
    for party in lost:
        if party not in offered:  # nobody was told of it: the next entry accounts for it
            free(work, party, ReleaseReason.MOVED)
    _record(work, movement, changed)
    for party in offered:
        return_to_queue(work, party, ReleaseReason.MOVED)
    for party in told:
        tell_principal(work, party, MessageKind.NEWS)
    return changed


def _set(movement: Movement, terms: Terms) -> None:
    movement.seats, movement.reserved_percent = terms.seats, terms.reserved_percent
    movement.departs_on, movement.arrives_on = terms.departs_on, terms.arrives_on
    movement.point_of_entry, movement.medical_escorts = terms.point_of_entry, terms.medical_escorts
    movement.funder_seats = {payer.value: n for payer, n in terms.funder_seats.items() if n}


def _record(work: Work, movement: Movement, changed: Changed) -> None:
    facts = {
        "seats": movement.seats,
        "departs": movement.departs_on.isoformat(),
        "moved": changed.moved,
        "released": changed.released,
    }
    permission = Permission.MOVEMENT_PLAN
    work.record(
        Act("movement.changed", Purpose.RETURN_ASSISTANCE, permission=permission, facts=facts)
    )


def _check(terms: Terms, holds: Sequence[Hold]) -> None:
    if not 1 <= terms.seats <= MOST_SEATS:
        raise InvalidInput(N_("Seats are a number from 1 to %(most)s."), "seats", most=MOST_SEATS)
    if terms.arrives_on < terms.departs_on:
        raise InvalidInput(N_("It cannot arrive before it departs."), "arrives_on")
    taken = sum(hold.seats for hold in holds)
    if terms.seats < taken:
        raise InvalidInput(
            N_("%(taken)s seats are given out. Give places back before there are fewer."),
            "seats",
            taken=taken,
        )
    kept = terms.seats * terms.reserved_percent // 100 + sum(terms.funder_seats.values())
    if kept > terms.seats:
        raise InvalidInput(
            N_(
                "%(kept)s seats are kept for reserved places and funders, but there are only "
                "%(seats)s. Keep fewer."
            ),
            "reserved_percent",
            kept=kept,
            seats=terms.seats,
        )


def _look_again(work: Work, movement: Movement, holds: Sequence[Hold]) -> list[list[Hold]]:
    """Move the nights of everybody who can still travel; returns the parties who cannot."""
    work.session.flush()
    problem = problem_without(work, movement, holds)
    stock = Stock(problem)
    lost, crowded = [], []
    for party in [part for request in by_request(holds) for part in _parts(request)]:
        with work.unseen():
            household = household_of([hold.member for hold in party], movement)
        unit = Unit.of(household, household.members, problem.movement.infant_lap_allowed)
        if household.blocked is not None:
            lost.append(party)
        elif not _keep(stock, party, unit):
            crowded.append((party, unit))
    for party, unit in crowded:
        if stock.shortage(unit, stock.seats) is None:
            _move_in(party, dict(stock.take(unit)))
        else:
            lost.append(party)
    leaving = {hold.id for party in lost for hold in party}
    _shift(movement, [hold for hold in holds if hold.id not in leaving])
    return lost


def _parts(party: Sequence[Hold]) -> list[list[Hold]]:
    together = [hold for hold in party if not hold.member.travels_apart]
    apart = [[hold] for hold in party if hold.member.travels_apart]
    return [part for part in (together, *apart) if part]


def _keep(stock: Stock, party: Sequence[Hold], unit: Unit) -> bool:
    """Take the party's own rooms for the new nights, if all are free and there are seats."""
    rooms = {str(hold.room_id) for hold in party if hold.room_id}
    if not stock.nights:
        return stock.take_own(unit, ())
    return len(rooms) > 0 and stock.take_own(unit, rooms)


def _move_in(party: Sequence[Hold], rooms: Mapping[str, str]) -> None:
    for hold in party:
        hold.room_id = UUID(rooms[str(hold.member_id)]) if rooms else None


def _shift(movement: Movement, holds: Sequence[Hold]) -> None:
    nights = quarantine_nights(movement.arrives_on, movement.quarantine_nights)
    now = clock.now()
    for hold in holds:
        if hold.room_id and nights:
            hold.first_night, hold.last_night = nights[0], nights[-1]
        if hold.state is HoldState.OFFERED and hold.offered_at and hold.expires_at:
            hold.offered_at, hold.expires_at = now, now + (hold.expires_at - hold.offered_at)


def lost_by_change(work: Work, movement: Movement) -> list[Hold]:
    """Places given back because the movement was changed, the latest first."""
    statement = (
        select(Hold)
        .where(Hold.movement_id == movement.id, Hold.release_reason == ReleaseReason.MOVED)
        .order_by(Hold.answered_at.desc(), Hold.id)
    )
    return list(work.session.scalars(statement))
