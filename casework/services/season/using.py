"""Holding a plan's places for one movement: what the plan says, as far as it still fits."""

from collections.abc import Iterator, Mapping, Sequence, Set
from uuid import UUID

from casework.errors import Conflict, InvalidInput
from casework.messages import N_, Message
from casework.rules.allocation_check import check
from casework.rules.allocation_problem import (
    Allocation,
    Household,
    Placement,
    Problem,
    Waiting,
)
from casework.services.movements.allocation import Result, allocate_as
from casework.services.movements.planned import BY_PLAN
from casework.services.movements.problem import Candidate
from casework.services.season.store import latest_plan, planned_for
from casework.services.work import Work
from casework.vocabulary import WaitingReason
from models.movement import Movement
from models.season import SeasonOutcome

_OTHERWISE = N_("The plan of the season gives the places of this journey to others.")


def use_plan(work: Work, movement: Movement) -> Result:
    """Hold the seats and beds that the latest plan gives on this movement.

    Who has no travel document by now, is not fit to travel or whose room is taken meanwhile is left
    to wait. Raises InvalidInput when the plan sends nobody on it, InvalidTransition once offers are
    sent, Conflict when the plan no longer fits at all.
    """
    plan = latest_plan(work)
    outcomes = planned_for(work, plan, movement.id) if plan else []
    if not outcomes:
        raise InvalidInput(N_("The latest plan of the season sends nobody on this movement."))

    def choose(
        problem: Problem, candidates: Sequence[Candidate]
    ) -> tuple[Allocation, list[Candidate]]:
        households = _planned_households(problem, outcomes)
        placed = tuple(_placements(problem, households))
        going = {placement.request_id for placement in placed}
        chosen = Problem(
            problem.movement,
            problem.rooms,
            problem.occupancy,
            tuple(h for h, _ in households if h.request_id in going),
        )
        seats = problem.movement.seats - sum(placement.seats for placement in placed)
        if not placed or check(chosen, Allocation(placed, (), seats, ())):
            raise Conflict(N_("The plan no longer fits this movement. Plan the season again."))
        return Allocation(placed, tuple(_waiting(problem, going)), seats, ()), list(candidates)

    return allocate_as(work, movement, choose, BY_PLAN)


_Planned = tuple[Household, SeasonOutcome]


def _planned_households(problem: Problem, outcomes: Sequence[SeasonOutcome]) -> list[_Planned]:
    """Those of the plan who still wait as they were planned, and may travel, in order."""
    planned = {frozenset(outcome.rooms): outcome for outcome in outcomes if outcome.rooms}
    by_request: Mapping[UUID, SeasonOutcome] = {o.request_id: o for o in outcomes}
    found = []
    for household in problem.households:
        members = frozenset(member.id for member in household.members)
        outcome = planned.get(members) or by_request.get(UUID(household.request_id))
        same = outcome is not None and outcome.people == len(members)
        if outcome is not None and same and household.blocked is None:
            found.append((household, outcome))
    return found


def _waiting(problem: Problem, going: Set[str]) -> Iterator[Waiting]:
    for household in problem.households:
        if household.request_id not in going:
            reason = household.blocked or WaitingReason.PLANNED_OTHERWISE
            members = tuple(member.id for member in household.members)
            yield Waiting(household.request_id, members, reason, Message(_OTHERWISE))


def _placements(problem: Problem, households: Sequence[_Planned]) -> Iterator[Placement]:
    movement = problem.movement
    taken = {occupancy.room_id for occupancy in problem.occupancy}
    seats, reserved, escorts = movement.seats, movement.reserved_seats, movement.medical_escorts
    for household, outcome in households:
        needed, escorted = _seats(household, laps=movement.infant_lap_allowed)
        if needed > seats or (escorts is not None and escorted > escorts):
            continue
        if not taken.isdisjoint(outcome.rooms.values()):
            continue
        in_reserve = household.reserved and needed <= reserved
        seats -= needed
        reserved -= needed if in_reserve else 0
        escorts = None if escorts is None else escorts - escorted
        yield Placement(
            household.request_id,
            tuple(member.id for member in household.members),
            tuple((member.id, outcome.rooms[member.id]) for member in household.members)
            if outcome.rooms
            else (),
            movement.quarantine_nights,
            needed,
            in_reserve,
            Message(N_("Placed by the plan of the season.")),
        )


def _seats(household: Household, *, laps: bool) -> tuple[int, int]:
    """Seats with those of medical escorts, and the escorts among them."""
    infants = sum(member.infant for member in household.members)
    adults = sum(member.adult for member in household.members)
    escorts = sum(member.needs_escort for member in household.members)
    return len(household.members) - (min(infants, adults) if laps else 0) + escorts, escorts
