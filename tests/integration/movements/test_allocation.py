"""Seats and beds are given out together, in order, and provably."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.verify import verify
from casework import clock
from casework.errors import Conflict, InvalidTransition
from casework.rules.allocation_problem import Allocation, Problem
from casework.services.movements import allocation
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.replay import asked, replay
from casework.services.movements.solving import UnprovenAllocation
from casework.services.quarantine.occupancy import LIVE, bookings
from casework.services.work import Database, Work
from casework.vocabulary import (
    DocumentStatus,
    HoldState,
    MovementState,
    Need,
    RequestState,
    RoomKind,
    WaitingReason,
)
from models.facility import Room
from models.movement import AllocationOutcome, AllocationRun, Hold, Movement
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.movements.scene import facility, flight, holds, household, person
from tests.postgresql import bare_connection


def prove_no_room_is_shared(work: Work) -> None:
    """On every night each room serves one request, within its beds; a check of its own."""
    beds = dict(work.session.execute(select(Room.id, Room.beds)).all())
    far = clock.today() + timedelta(days=400)
    taken: dict[tuple[object, object], Counter[object]] = {}
    for booking in bookings(work, clock.today(), far):
        for night in booking.nights():
            taken.setdefault((booking.room_id, night), Counter())[booking.request_id] += 1
    for (room_id, _), guests in taken.items():
        assert len(guests) == 1
        assert sum(guests.values()) <= beds[room_id]


def outcome(work: Work, run: AllocationRun, request: ReturnRequest) -> AllocationOutcome:
    return work.session.scalars(
        select(AllocationOutcome).where(
            AllocationOutcome.run_id == run.id, AllocationOutcome.request_id == request.id
        )
    ).one()


def test_a_hold_is_a_seat_and_a_bed_for_every_night(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 1), (RoomKind.FAMILY, 4, 1))
        first = household(work, count=3, waiting_days=90)
        second = household(work, count=2, waiting_days=50)
        third = household(work, count=2, waiting_days=5)
        movement = flight(work, 7)
        result = allocate_movement(work, movement)
        assert movement.state is MovementState.ALLOCATING
        assert (result.run.placed, result.run.waiting) == (2, 1)
        assert (result.people_placed, result.people_waiting) == (5, 2)
        for hold in holds(work, movement):
            assert hold.state is HoldState.HELD
            assert hold.room_id
            assert hold.first_night == movement.arrives_on
            assert hold.last_night == movement.arrives_on + timedelta(days=6)
        assert outcome(work, result.run, first).placed
        assert outcome(work, result.run, second).placed
        left = outcome(work, result.run, third)
        assert (left.placed, left.reason) == (False, WaitingReason.NO_ROOM)
        assert result.run.binding == WaitingReason.NO_ROOM
        prove_no_room_is_shared(work)
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_needs_documents_and_fitness_decide_who_fits(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 5), (RoomKind.ACCESSIBLE, 1, 1))
        movement = flight(work, 10)
        due = movement.departs_on + timedelta(days=14)
        no_paper = household(work, person(0, document=DocumentStatus.LOST), waiting_days=200)
        near_birth = household(work, person(0, needs=[Need.PREGNANT], due=due), waiting_days=199)
        wheelchair = household(work, person(0, needs=[Need.DISABILITY]), waiting_days=9)
        other = household(work, person(0, needs=[Need.DISABILITY]), waiting_days=8)
        under_way = household(work, person(0, document=DocumentStatus.IN_PROCESS))
        passport_only = household(work, person(0, document=None))
        run = allocate_movement(work, movement).run
        reasons = {
            request.reference: outcome(work, run, request).reason
            for request in (no_paper, near_birth, wheelchair, other, under_way, passport_only)
        }
        assert list(reasons.values()) == [
            "no_document",
            "not_fit",
            "",
            "no_accessible_room",
            "",
            "",
        ]
        [hold] = [h for h in holds(work, movement) if h.request_id == wheelchair.id]
        assert hold.room_id
        assert work.session.get_one(Room, hold.room_id).kind is RoomKind.ACCESSIBLE


def test_reserved_seats_infants_and_other_countries(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        long_ago = household(work, count=2, waiting_days=250)
        safe = household(work, person(0, protection=True), waiting_days=1)
        baby = person(1, born=clock.today() - timedelta(days=60))
        family = household(work, person(0), baby, waiting_days=100)
        elsewhere = household(work, mission="DE")
        movement = flight(work, 4, nights=0, reserved=25)
        run = allocate_movement(work, movement).run
        assert outcome(work, run, safe).placed
        assert outcome(work, run, long_ago).placed
        assert outcome(work, run, family).placed
        seats = [hold.seats for hold in holds(work, movement)]
        assert (sum(seats), len(seats)) == (4, 5)
        assert [h.reserved for h in holds(work, movement) if h.request_id == safe.id] == [True]
        considered = work.session.scalars(select(AllocationOutcome.request_id)).all()
        assert elsewhere.id not in considered


def test_who_travels_apart_is_not_kept_by_the_others(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        request = household(
            work, person(0, document=DocumentStatus.LOST), person(1), waiting_days=30, apart=[1]
        )
        movement = flight(work, 4, nights=0)
        run = allocate_movement(work, movement).run
        found = outcome(work, run, request)
        assert (found.people, found.people_placed, found.reason) == (2, 1, "no_document")
        assert [hold.member_id for hold in holds(work, movement)] == [request.members[1].id]


def test_running_again_gives_back_first_and_can_be_replayed(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 3))
        for days in range(5):
            household(work, waiting_days=days * 10)
        movement = flight(work, 10)
        first = allocate_movement(work, movement)
        again = allocate_movement(work, movement)
        assert first.allocation == again.allocation
        assert len(holds(work, movement)) == 3
        work.session.flush()
        for result in (first, again):
            assert replay(work, result.run) == result.allocation
        assert len(asked(work, again.run).households) == 5


def test_beds_of_other_movements_are_respected_with_their_turnover(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 1), turnover=2)
        household(work, waiting_days=20)
        household(work, waiting_days=10)
        earlier = flight(work, 5, in_days=10)
        too_soon = flight(work, 5, in_days=18)
        later = flight(work, 5, in_days=19)
        assert allocate_movement(work, earlier).run.placed == 1
        assert allocate_movement(work, too_soon).run.placed == 0
        assert allocate_movement(work, later).run.placed == 1
        prove_no_room_is_shared(work)


def test_a_wrong_answer_is_never_stored(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave_everyone(problem: Problem, solver: dict[str, object]) -> Allocation:
        right = solve(problem, solver)
        return Allocation((), right.waiting, right.seats_left, right.binding)

    solve = allocation.solve
    with database.writing(cast["saruul.desk"]) as work:
        household(work)
        movement = flight(work, 5, nights=0)
    monkeypatch.setattr(allocation, "solve", leave_everyone)
    with pytest.raises(UnprovenAllocation), database.writing(cast["saruul.desk"]) as work:
        allocate_movement(work, work.session.get_one(Movement, movement.id))
    with database.reading(cast["saruul.desk"]) as work:
        assert work.session.scalars(select(AllocationRun)).all() == []
        assert work.session.get_one(Movement, movement.id).state is MovementState.PLANNED


def test_offers_end_the_giving_out(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = flight(work, 5)
        movement.state = MovementState.MANIFEST_CLOSED
        work.session.flush()
        with pytest.raises(InvalidTransition, match="manifest_closed"):
            allocate_movement(work, movement)
        work.end()


def _in_threads(*acts: object) -> list[BaseException | None]:
    errors: list[BaseException | None] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        start.wait()
        try:
            acts[number]()  # type: ignore[operator]
        except Exception as error:
            errors[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


def test_two_officers_on_one_movement_one_wins(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 2))
        household(work, waiting_days=20)
        household(work, waiting_days=10)
        movement = flight(work, 5)
    seen = movement.version

    def allocate_as_seen() -> None:
        with database.writing(cast["saruul.desk"]) as work:
            allocate_movement(work, work.session.get_one(Movement, movement.id), seen)

    errors = _in_threads(allocate_as_seen, allocate_as_seen)
    assert sorted(type(error) for error in errors if error) == [Conflict]
    with database.reading(cast["saruul.desk"]) as work:
        assert len(holds(work, movement)) == 2
        prove_no_room_is_shared(work)


def test_two_movements_at_once_never_share_a_bed_or_a_household(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 3))
        for days in range(6):
            household(work, waiting_days=days)
        flights = [flight(work, 5, in_days=10), flight(work, 5, in_days=12)]

    def allocate(number: int) -> None:
        with database.writing(cast["saruul.desk"]) as work:
            allocate_movement(work, work.session.get_one(Movement, flights[number].id))

    assert _in_threads(lambda: allocate(0), lambda: allocate(1)) == [None, None]
    with database.reading(cast["saruul.desk"]) as work:
        live = work.session.scalars(select(Hold).where(Hold.state.in_(LIVE))).all()
        assert len(live) == 3
        assert len({hold.member_id for hold in live}) == 3
        prove_no_room_is_shared(work)
        states = set(work.session.scalars(select(ReturnRequest.state)))
        assert states == {RequestState.QUEUED}
