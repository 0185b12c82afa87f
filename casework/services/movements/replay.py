"""Keeping what an allocation was asked, and asking it again.

Codes and ids stand in the run; what is personal (who needs an accessible bed, who is an infant,
why somebody cannot travel) is sealed beside each household's outcome.
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.rules.allocation_problem import (
    Allocation,
    Household,
    Member,
    MovementInput,
    Occupancy,
    Problem,
    Room,
)
from casework.services.movements.solving import solve
from casework.services.work import Work
from casework.vocabulary import Payer, RoomKind, WaitingReason
from models.movement import AllocationOutcome, AllocationRun

OUTCOMES_AT_ONCE = 1_000


def inputs_of(problem: Problem, policy: int, day: date) -> dict[str, Any]:
    """A problem without its households, as a run keeps it."""
    movement = problem.movement
    return {
        "policy": policy,
        "day": day.isoformat(),
        "movement": movement.id,
        "seats": movement.seats,
        "countries": sorted(movement.origin_countries),
        "nights": [night.isoformat() for night in movement.quarantine_nights],
        "reserved_seats": movement.reserved_seats,
        "laps": movement.infant_lap_allowed,
        "funder_seats": [[payer.value, seats] for payer, seats in movement.funder_seats],
        "escorts": movement.medical_escorts,
        "rooms": [
            [r.id, r.facility_id, r.kind.value, r.beds, r.turnover_days, r.accessible]
            for r in problem.rooms
        ],
        "occupied": [
            [taken.room_id, taken.night.isoformat(), taken.request_id]
            for taken in problem.occupancy
        ],
    }


def travellers_of(households: Sequence[Household]) -> dict[str, Any]:
    """What a run knew of one request's travellers, to be sealed."""
    return {
        "reference": households[0].reference,
        "country": households[0].country,
        "reserved": households[0].reserved,
        "points": households[0].points,
        "pinned": households[0].pinned,
        "payer": households[0].payer.value if households[0].payer else None,
        "parts": [
            {
                "blocked": part.blocked.value if part.blocked else None,
                "members": [list(astuple(member)) for member in part.members],
            }
            for part in households
        ],
    }


def asked(work: Work, run: AllocationRun) -> Problem:
    """The problem that a run solved."""
    kept = run.inputs
    movement = MovementInput(
        kept["movement"],
        kept["seats"],
        frozenset(kept["countries"]),
        tuple(date.fromisoformat(night) for night in kept["nights"]),
        kept["reserved_seats"],
        kept["laps"],
        tuple((Payer(payer), seats) for payer, seats in kept.get("funder_seats", ())),
        kept.get("escorts"),
    )
    rooms = tuple(
        Room(room_id, facility_id, RoomKind(kind), *others)
        for room_id, facility_id, kind, *others in kept["rooms"]
    )
    occupied = tuple(
        Occupancy(room_id, date.fromisoformat(night), request_id)
        for room_id, night, request_id in kept["occupied"]
    )
    statement = (
        select(AllocationOutcome)
        .options(joinedload(AllocationOutcome.request))
        .where(AllocationOutcome.run_id == run.id)
        .order_by(AllocationOutcome.position)
    )
    with work.unseen():
        outcomes = work.session.scalars(statement).all()
        households = tuple(part for few in _opened(work, outcomes) for part in _households(few))
    return Problem(movement, rooms, occupied, households)


def _opened(work: Work, outcomes: Sequence[AllocationOutcome]) -> Iterator[AllocationOutcome]:
    """The outcomes with their keys at hand, some at once: asking for each would take minutes."""
    for start in range(0, len(outcomes), OUTCOMES_AT_ONCE):
        batch = outcomes[start : start + OUTCOMES_AT_ONCE]
        work.keyring.load({outcome.subject_id for outcome in batch})
        yield from batch


def replay(work: Work, run: AllocationRun) -> Allocation:
    """The answer of a run, computed again from what it kept."""
    return solve(asked(work, run), run.solver)


def _households(outcome: AllocationOutcome) -> Iterator[Household]:
    known = outcome.travellers
    for part in known.get("parts", ()):  # nothing is known of a household that was erased
        yield Household(
            str(outcome.request_id),
            known["reference"],
            outcome.position,
            known["country"],
            tuple(Member(*values) for values in part["members"]),
            reserved=known["reserved"],
            blocked=WaitingReason(part["blocked"]) if part["blocked"] else None,
            points=known.get("points", 0),
            pinned=known.get("pinned", False),
            payer=Payer(known["payer"]) if known.get("payer") else None,
        )
