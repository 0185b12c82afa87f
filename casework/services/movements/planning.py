"""Planning a flight or convoy, and calling it off."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.reference.countries import country_codes
from casework.rules.quarantine import rule_book
from casework.rules.workflow import MOVEMENT
from casework.services.movements.holds import (
    BEFORE_DEPARTURE,
    by_request,
    holds_of,
    return_to_queue,
)
from casework.services.movements.telling import TOLD, tell_principal
from casework.services.policies import published_policy
from casework.services.work import Work
from casework.vocabulary import (
    MessageKind,
    MovementKind,
    MovementState,
    Payer,
    Purpose,
    ReleaseReason,
)
from models.movement import Movement

MOST_SEATS = 1_000
MOST_NIGHTS = 60


@dataclass(frozen=True)
class MovementPlan:
    """What is decided of a movement before anybody is placed on it.

    Without `quarantine_nights` the rule of the day of arrival counts, without `reserved_percent`
    the share of the published policy. `origin_countries`: ISO alpha-2.
    """

    kind: MovementKind
    seats: int
    origin_countries: tuple[str, ...]
    origin_city: str
    point_of_entry: str
    departs_on: date
    arrives_on: date
    payer: Payer
    quarantine_nights: int | None = None
    reserved_percent: int | None = None
    cost: Decimal | None = None


def plan_movement(work: Work, plan: MovementPlan, reference: str | None = None) -> Movement:
    """Plan a movement in state planned; InvalidInput names what cannot be.

    It is given the next reference unless it comes with one of its own.
    """
    _check(plan)
    movement = Movement(
        reference=reference or _next_reference(work, plan.departs_on.year),
        kind=plan.kind,
        state=MovementState.PLANNED,
        seats=plan.seats,
        origin_countries=sorted(set(plan.origin_countries)),
        origin_city=plan.origin_city,
        point_of_entry=plan.point_of_entry,
        departs_on=plan.departs_on,
        arrives_on=plan.arrives_on,
        quarantine_nights=_nights(plan),
        reserved_percent=_reserved_percent(work, plan),
        payer=plan.payer,
        cost=plan.cost,
        created_by_id=work.actor.id,
    )
    work.session.add(movement)
    facts = {"reference": movement.reference, "kind": plan.kind.value, "seats": plan.seats}
    work.record(
        Act(
            "movement.planned",
            Purpose.RETURN_ASSISTANCE,
            permission="movement:plan",
            facts=facts,
        )
    )
    return movement


def default_nights(arrival: date) -> int:
    """Nights of quarantine that the rule of the day asks for."""
    return rule_book().rule_on(arrival).nights_for()


def move_movement(
    work: Work,
    movement: Movement,
    target: MovementState,
    *,
    permission: str,
    reason: str | None = None,
) -> None:
    """Take one step and write it down; the entry accounts for what else changed with it."""
    before = movement.state
    MOVEMENT.check(before, target)
    movement.state = target
    facts = {"from": before.value, "to": target.value, "reason": reason}
    work.record(
        Act("movement.moved", Purpose.RETURN_ASSISTANCE, permission=permission, facts=facts)
    )


def cancel_movement(work: Work, movement: Movement) -> int:
    """Call the movement off: every seat and bed is free, everyone waits in the old place again.

    Whoever had been told of a place is written to. Returns how many travellers lost theirs.
    Raises InvalidTransition once it departed.
    """
    MOVEMENT.check(movement.state, MovementState.CANCELLED)
    holds = holds_of(work, movement, BEFORE_DEPARTURE)
    told = by_request(hold for hold in holds if hold.state in TOLD)
    for party in by_request(holds):
        return_to_queue(work, party, ReleaseReason.CANCELLED)
    move_movement(work, movement, MovementState.CANCELLED, permission="movement:plan")
    for party in told:
        tell_principal(work, party, MessageKind.NEWS)
    return len(holds)


def _check(plan: MovementPlan) -> None:
    if not 1 <= plan.seats <= MOST_SEATS:
        raise InvalidInput(N_("Seats are a number from 1 to %(most)s."), "seats", most=MOST_SEATS)
    unknown = set(plan.origin_countries) - set(country_codes())
    if unknown or not plan.origin_countries:
        raise InvalidInput(N_("Choose the countries whose people travel."), "origin_countries")
    if plan.arrives_on < plan.departs_on:
        raise InvalidInput(N_("It cannot arrive before it departs."), "arrives_on")
    if not 0 <= (plan.quarantine_nights or 0) <= MOST_NIGHTS:
        raise InvalidInput(
            N_("Nights are a number from 0 to %(most)s."), "quarantine_nights", most=MOST_NIGHTS
        )
    if not 0 <= (plan.reserved_percent or 0) <= 100:
        raise InvalidInput(N_("A share is a number from 0 to 100."), "reserved_percent")


def _nights(plan: MovementPlan) -> int:
    given = plan.quarantine_nights
    return default_nights(plan.arrives_on) if given is None else given


def _reserved_percent(work: Work, plan: MovementPlan) -> int:
    given = plan.reserved_percent
    return published_policy(work)[1].reserved_percent if given is None else given


def _next_reference(work: Work, year: int) -> str:
    """`M-2026-014`; two plans at once cannot draw the same one, the column is unique."""
    prefix = f"M-{year}-"
    last = work.session.scalar(
        select(Movement.reference)
        .where(Movement.reference.startswith(prefix))
        .order_by(func.length(Movement.reference).desc(), Movement.reference.desc())
        .limit(1)
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:03d}"
