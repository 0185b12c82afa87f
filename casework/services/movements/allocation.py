"""Giving out a movement's seats with beds: solved, proven, then stored, or not stored at all."""

import time
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from audit.record import Act
from casework.errors import CaseworkError, Conflict, NotFound
from casework.messages import N_
from casework.rules.allocation_check import check, check_order
from casework.rules.allocation_first_fit import first_fit as allocate
from casework.rules.allocation_problem import Allocation, Problem
from casework.rules.workflow import MOVEMENT
from casework.services.movements.holds import free, holds_of
from casework.services.movements.problem import Candidate, build_problem
from casework.services.movements.run_store import store_holds, store_outcomes, store_run
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.work import Work
from casework.vocabulary import HoldState, MovementState, Purpose, ReleaseReason
from models.movement import AllocationRun, Movement

#: How a run came to its answer.
FIRST_FIT = "first_fit"
BACKFILL = "backfill"


class UnprovenAllocation(CaseworkError):
    """The answer did not pass the independent check; nothing was stored."""


@dataclass(frozen=True)
class Result:
    """A stored run and its answer; households are counted in `run`, people here."""

    run: AllocationRun
    allocation: Allocation

    @property
    def people_placed(self) -> int:
        """Travellers with a place."""
        return sum(len(placement.members) for placement in self.allocation.placed)

    @property
    def people_waiting(self) -> int:
        """Travellers without one."""
        return sum(len(waiting.members) for waiting in self.allocation.waiting)


def find_movement(work: Work, text_id: str) -> Movement:
    """The movement of this id or reference; NotFound when there is none."""
    try:
        condition = Movement.id == UUID(text_id)
    except ValueError:
        condition = Movement.reference == text_id
    movement = work.session.scalars(select(Movement).where(condition)).first()
    if movement is None:
        raise NotFound
    return movement


def allocate_movement(work: Work, movement: Movement, version: int | None = None) -> Result:
    """Give the movement's seats and beds to the queue, in the published order.

    Running it again gives back first what it held and nobody was offered. Raises Conflict when
    someone else changed the movement since `version`, or since it was read; InvalidTransition
    once offers are sent; UnprovenAllocation when the independent check finds a fault.
    """
    seen = movement.version if version is None else version
    lock_beds(work)
    work.session.refresh(movement)
    if movement.version != seen:
        raise Conflict(
            N_("Someone else changed this movement a moment ago. Look at the result first.")
        )
    if movement.state is not MovementState.ALLOCATING:
        MOVEMENT.check(movement.state, MovementState.ALLOCATING)
    free(work, holds_of(work, movement, [HoldState.HELD]), ReleaseReason.CANCELLED)
    movement.state = MovementState.ALLOCATING
    flag_modified(movement, "state")  # a new version each time: older pages must look again
    return _store(work, movement, FIRST_FIT, _proven(work, movement))


def backfill(work: Work, movement: Movement, cause: str | None = None) -> Result | None:
    """Hold freed places for the next households that fit; None when nobody is placed.

    They stay held until the desk sends the offers.
    """
    lock_beds(work)
    work.session.flush()
    work.session.refresh(movement)
    if movement.state is not MovementState.OFFERS_SENT:
        return None
    solved = _proven(work, movement)
    return _store(work, movement, BACKFILL, solved, cause) if solved.answer.placed else None


@dataclass(frozen=True)
class _Solved:
    problem: Problem
    candidates: list[Candidate]
    answer: Allocation
    started: float

    def considered(self, status: str) -> list[Candidate]:
        """Everyone; for freed places only those down to the last who got one."""
        if status == FIRST_FIT:
            return self.candidates
        placed = {placement.request_id for placement in self.answer.placed}
        last = max(c.position for c in self.candidates if str(c.request.id) in placed)
        return [candidate for candidate in self.candidates if candidate.position <= last]


def _proven(work: Work, movement: Movement) -> _Solved:
    started = time.perf_counter()
    work.session.flush()
    with work.unseen():
        problem, candidates = build_problem(work, movement)
    answer = allocate(problem)
    faults = [*check(problem, answer), *check_order(problem, answer)]
    if faults:
        raise UnprovenAllocation(str(faults[0]))
    return _Solved(problem, candidates, answer, started)


def _store(
    work: Work, movement: Movement, status: str, solved: _Solved, cause: str | None = None
) -> Result:
    answer = solved.answer
    run = store_run(work, movement, status, solved.problem, answer)
    store_outcomes(work, run, solved.considered(status), answer)
    store_holds(work, movement, solved.candidates, answer)
    run.milliseconds = round(1000 * (time.perf_counter() - solved.started))
    facts = {"status": status, "placed": run.placed, "waiting": run.waiting}
    work.record(
        Act(
            "movement.allocated",
            Purpose.RETURN_ASSISTANCE,
            permission="movement:plan",
            facts=facts,
            cause=cause,
        )
    )
    return Result(run, answer)
