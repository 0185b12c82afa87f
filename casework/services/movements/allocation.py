"""Giving out a movement's seats with beds: solved, proven, then stored, or not stored at all.

Solving may take seconds, so it holds no lock: what is asked is read in a transaction that is
undone, solved, and stored only if the same would still be asked. Whoever gives out a bed or
changes the movement in between wins, and the other is told.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from audit.record import Act
from casework.actor import Actor
from casework.errors import Conflict, NotFound
from casework.messages import N_
from casework.rules.allocation_problem import Allocation, Problem, Watch
from casework.rules.workflow import MOVEMENT
from casework.services.movements.holds import free, holds_of
from casework.services.movements.planned import beside_the_plan
from casework.services.movements.problem import Candidate, build_problem
from casework.services.movements.run_store import store_holds, store_outcomes, store_run
from casework.services.movements.solving import prove, solve, solver_now, status_of
from casework.services.quarantine.bed_lock import lock_beds
from casework.services.work import Database, Work
from casework.vocabulary import HoldState, MovementState, Purpose, ReleaseReason
from models.movement import AllocationRun, Movement

#: How often a solve begins anew because the queue or the beds changed meanwhile.
ATTEMPTS = 3
#: Names an answer, and the households whose outcome is kept.
Choice = Callable[[Problem, list[Candidate]], tuple[Allocation, list[Candidate]]]


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
    """Give the movement's seats and beds to the queue for the greatest total priority.

    Running it again gives back first what it held and nobody was offered. Raises Conflict when
    someone else changed the movement since `version`, or since it was read; InvalidTransition
    once offers are sent; UnprovenAllocation when the independent check finds a fault.
    """
    started = time.perf_counter()
    _begin(work, movement, movement.version if version is None else version)
    problem, candidates = _asked(work, movement)
    answer = solve(problem, solver_now())
    prove(problem, answer)
    return _store(work, movement, _Solved(problem, candidates, answer, started))


def allocate_in_steps(
    database: Database,
    actor: Actor,
    movement_id: UUID,
    version: int | None = None,
    watch: Watch | None = None,
) -> Result:
    """The same in transactions of its own, none of them open while it is solved.

    `watch` is told of the steps and may raise to stop; then nothing is changed. Raises as
    `allocate_movement`, and Conflict when the queue or the beds change faster than it is solved.
    """
    started = time.perf_counter()
    for _ in range(ATTEMPTS):
        with copy_of(database, actor) as work:
            movement = work.session.get_one(Movement, movement_id)
            version = movement.version if version is None else version
            _begin(work, movement, version)
            problem, _ = _asked(work, movement)
        answer = solve(problem, solver_now(), watch)
        prove(problem, answer)
        with database.writing(actor) as work:
            movement = work.session.get_one(Movement, movement_id)
            _begin(work, movement, version)
            now, candidates = _asked(work, movement)
            if now == problem:
                return _store(work, movement, _Solved(problem, candidates, answer, started))
            work.end()
    raise Conflict(
        N_("The queue or the beds changed while the places were worked out. Start again.")
    )


def allocate_as(work: Work, movement: Movement, choose: Choice, status: str) -> Result:
    """Hold the places that `choose` names instead of solving; it proves its own answer.

    Raises as `allocate_movement`, and what `choose` raises.
    """
    started = time.perf_counter()
    _begin(work, movement, movement.version)
    problem, candidates = _asked(work, movement)
    answer, considered = choose(problem, candidates)
    return _store(work, movement, _Solved(problem, considered, answer, started, status))


@contextmanager
def copy_of(database: Database, actor: Actor) -> Iterator[Work]:
    """Work on the data in which everything is undone at the end."""
    work = database.writer(actor)
    try:
        yield work
    finally:
        work.close()


def _begin(work: Work, movement: Movement, seen: int) -> None:
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


def backfill(work: Work, movement: Movement, cause: str | None = None) -> Result | None:
    """Hold freed places for the next households that fit; None when nobody is placed.

    They stay held until the desk sends the offers.
    """
    started = time.perf_counter()
    lock_beds(work)
    work.session.flush()
    work.session.refresh(movement)
    if movement.state is not MovementState.OFFERS_SENT:
        return None
    problem, candidates = beside_the_plan(work, movement, *_asked(work, movement))
    answer = solve(problem, {})
    prove(problem, answer)
    if not answer.placed:
        return None
    placed = {placement.request_id for placement in answer.placed}
    last = max(c.position for c in candidates if str(c.request.id) in placed)
    considered = [candidate for candidate in candidates if candidate.position <= last]
    return _store(work, movement, _Solved(problem, considered, answer, started), cause)


@dataclass(frozen=True)
class _Solved:
    """`considered` are the households whose outcome is kept."""

    problem: Problem
    considered: list[Candidate]
    answer: Allocation
    started: float
    status: str | None = None


def _asked(work: Work, movement: Movement) -> tuple[Problem, list[Candidate]]:
    work.session.flush()
    with work.unseen():
        return build_problem(work, movement)


def _store(work: Work, movement: Movement, solved: _Solved, cause: str | None = None) -> Result:
    answer = solved.answer
    solver = solver_now() if answer.proof else {}
    status = solved.status or status_of(answer)
    run = store_run(work, movement, status, solved.problem, answer, solver)
    store_outcomes(work, run, solved.considered, answer)
    store_holds(work, movement, solved.considered, answer)
    run.milliseconds = round(1000 * (time.perf_counter() - solved.started))
    facts = {"status": run.status, "placed": run.placed, "waiting": run.waiting}
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
