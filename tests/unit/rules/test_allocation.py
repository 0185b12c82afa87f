"""The solver against every possible answer, against first fit, and by the independent checker."""

from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.rules.allocation import allocate
from casework.rules.allocation_check import check, check_exchange
from casework.rules.allocation_first_fit import first_fit_draft
from casework.rules.allocation_problem import (
    Allocation,
    Household,
    Member,
    MovementInput,
    Occupancy,
    Problem,
    Room,
)
from casework.rules.allocation_stock import Stock
from casework.rules.allocation_units import Unit, obstacle, units_of
from casework.vocabulary import LimitKind, Payer, RoomKind, WaitingReason

from .allocation_cast import NIGHTS, family, movement, problems, room


def _solve(
    households: list[Household], offered: MovementInput, rooms: tuple[Room, ...] = ()
) -> Allocation:
    problem = Problem(offered, rooms, (), tuple(households))
    result = allocate(problem)
    assert check(problem, result) == ()
    assert check_exchange(problem, result) == ()
    return result


def _placed(result: Allocation) -> list[str]:
    return [placement.request_id for placement in result.placed]


def test_the_greatest_total_priority_is_chosen_and_not_the_first_that_fits() -> None:
    couple, trio = family(1, people=2, points=10), family(2, people=3, points=9)
    result = _solve([couple, trio], movement(seats=3, nights=0))
    assert _placed(result) == ["id-2"]
    assert result.proof is not None
    assert (result.proof.objective, result.proof.bound, result.proof.proven) == (27, 27, True)
    assert result.proof.gap == 0


def test_rooms_are_combined_so_that_most_find_a_bed() -> None:
    rooms = (room("A1"), room("A2"), room("B1", 2, RoomKind.DOUBLE))
    households = [family(1, points=5), family(2, people=2, points=4), family(3, points=3)]
    assert len(_solve(households, movement(), rooms).placed) == 3


def test_of_equal_households_the_one_first_in_order_travels() -> None:
    wheelchair = family(1, Member("w", needs_accessible=True), points=5)
    others = [family(number, points=5) for number in (2, 3)]
    rooms = (room("A1", kind=RoomKind.ACCESSIBLE), room("A2"), room("A3"))
    result = _solve([*others, wheelchair], movement(seats=2), rooms)
    assert _placed(result) == ["id-1", "id-2"]


def test_of_two_answers_of_the_same_priority_the_one_with_more_people_is_taken() -> None:
    single, couple = family(1, points=4), family(2, people=2, points=2)
    assert _placed(_solve([single, couple], movement(seats=2, nights=0))) == ["id-2"]


def test_reserved_seats_come_before_priority_and_then_the_funders() -> None:
    high = [family(number, points=90) for number in (1, 2, 3)]
    safe = replace(family(4, points=1), reserved=True)
    funded = replace(family(5, points=0), payer=Payer.IOM)
    offered = replace(movement(seats=3, reserved=1, nights=0), funder_seats=((Payer.IOM, 1),))
    result = _solve([*high, safe, funded], offered)
    assert _placed(result) == ["id-1", "id-4", "id-5"]
    assert [(p.in_reserve, p.funder) for p in result.placed] == [
        (False, None),
        (True, None),
        (False, Payer.IOM),
    ]
    assert str(result.placed[2].message) == "Placed on a seat kept for: iom."


def test_who_was_pinned_travels_although_others_have_more_points() -> None:
    result = _solve(
        [family(1, points=90), replace(family(2, points=1), pinned=True)],
        movement(seats=1, nights=0),
    )
    assert _placed(result) == ["id-2"]


def test_a_medical_escort_takes_a_seat_and_there_are_only_so_many() -> None:
    ill = [family(n, Member(f"m{n}", needs_escort=True), points=9) for n in (1, 2)]
    offered = replace(movement(seats=4, nights=0), medical_escorts=1)
    result = _solve([*ill, family(3, points=1), family(4, points=1)], offered)
    assert _placed(result) == ["id-1", "id-3", "id-4"]
    assert result.placed[0].seats == 2
    assert [waiting.reason for waiting in result.waiting] == [WaitingReason.NO_ESCORT]


def test_what_a_smaller_aircraft_cannot_keep_is_kept_for_nobody() -> None:
    safe = [family(number, reserved=True) for number in (1, 2)]
    funded = replace(family(3), payer=Payer.IOM)
    offered = replace(movement(seats=2, reserved=2, nights=0), funder_seats=((Payer.IOM, 5),))
    assert _placed(_solve([*safe, funded], offered)) == ["id-1", "id-2"]


@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_every_answer_passes_the_checker_and_is_no_worse_than_first_fit(problem: Problem) -> None:
    result = allocate(problem)
    assert check(problem, result) == ()
    assert check_exchange(problem, result) == ()
    assert result.proof is not None
    if not (problem.movement.reserved_seats or problem.movement.funder_seats):
        pinned = any(household.pinned for household in problem.households)
        assert pinned or result.proof.objective >= first_fit_draft(problem).points()


@given(problem=problems(), shuffle=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_same_problem_has_the_same_answer_in_whatever_order_it_comes(
    problem: Problem, shuffle: Random
) -> None:
    rooms, households = list(problem.rooms), list(problem.households)
    shuffle.shuffle(rooms)
    shuffle.shuffle(households)
    again = replace(problem, rooms=tuple(rooms), households=tuple(households))
    assert allocate(again) == allocate(problem)


def _best(problem: Problem) -> int:
    """The greatest total over every way to choose units and their facilities, tried out."""
    units = [u for u in units_of(problem) if obstacle(u, problem.movement) is None][:6]
    facilities = sorted({room.facility_id for room in problem.rooms}) or [""]
    if not problem.movement.quarantine_nights:
        facilities = [""]
    return max(
        _points(problem, list(zip(units, choice, strict=True)))
        for choice in product([None, *facilities], repeat=len(units))
    )


def _points(problem: Problem, chosen: list[tuple[Unit, str | None]]) -> int:
    """Points of the choice, or 0 when it cannot be; rooms are tried in every order of units."""
    taken = [(unit, facility) for unit, facility in chosen if facility is not None]
    stock = Stock(problem)
    fits = (
        sum(unit.seats for unit, _ in taken) <= stock.seats
        and sum(unit.escorts for unit, _ in taken) <= stock.escorts
        and (not stock.nights or _beds_suffice(problem, taken))
    )
    return sum(unit.points for unit, _ in taken) if fits else 0


def _beds_suffice(problem: Problem, taken: list[tuple[Unit, str]]) -> bool:
    if not taken:
        return True
    (unit, facility), *others = taken
    stock = Stock(problem)
    free = [r for r in problem.rooms if r.id in stock.rooms and r.facility_id == facility]
    for chosen in product([False, True], repeat=len(free)):
        mine = [r for r, takes in zip(free, chosen, strict=True) if takes]
        if _holds(mine, unit):
            names = {r.id for r in mine}
            rest = replace(problem, rooms=tuple(r for r in problem.rooms if r.id not in names))
            if _beds_suffice(rest, others):
                return True
    return False


def _holds(rooms: list[Room], unit: Unit) -> bool:
    for isolation, needed in ((False, unit.ordinary), (True, unit.isolation)):
        mine = [r for r in rooms if (r.kind is RoomKind.ISOLATION) == isolation]
        accessible = [r for r in mine if r.accessible or r.kind is RoomKind.ACCESSIBLE]
        if sum(r.beds for r in mine) < needed.total:
            return False
        if sum(r.beds for r in accessible) < needed.accessible:
            return False
    return True


@pytest.mark.parametrize("seed", range(25))
def test_no_possible_answer_is_better(seed: int) -> None:
    problem = _small(Random(seed))
    result = allocate(problem)
    assert result.proof is not None
    assert result.proof.proven
    assert result.proof.objective == _best(problem)


def _small(random: Random) -> Problem:
    """Four households and five rooms in two facilities, short of seats or of beds."""
    kinds = [RoomKind.SINGLE, RoomKind.DOUBLE, RoomKind.ACCESSIBLE, RoomKind.ISOLATION]
    rooms = tuple(
        Room(f"{'AB'[number % 2]}{number}", "AB"[number % 2], random.choice(kinds), beds, 0)
        for number, beds in enumerate(random.choices([1, 2, 3], k=5))
    )
    households = [
        family(
            number,
            *(
                Member(f"{number}-{person}", random.random() < 0.2, random.random() < 0.2)
                for person in range(random.randint(1, 3))
            ),
            points=random.randint(0, 9),
        )
        for number in range(4)
    ]
    return Problem(movement(seats=random.randint(2, 8)), rooms, (), tuple(households))


def _limits(result: Allocation) -> list[tuple[LimitKind, int, int, int]]:
    return [(limit.kind, limit.more, limit.households, limit.people) for limit in result.limits]


def test_it_says_how_many_seats_would_place_how_many_more() -> None:
    households = [family(1, people=2, points=9), family(2, people=3, points=5), family(3)]
    result = _solve(households, movement(seats=3, nights=0))
    assert _placed(result) == ["id-1", "id-3"]
    assert _limits(result) == [(LimitKind.SEATS, 3, 1, 3)]


def test_it_says_how_many_beds_are_short_and_on_which_nights() -> None:
    rooms = (room("A1", turnover=0), room("A2", turnover=0))
    early = tuple(Occupancy("A2", NIGHTS[day], "id-earlier") for day in range(3))
    problem = Problem(movement(seats=5), rooms, early, (family(1, points=3), family(2, people=2)))
    result = allocate(problem)
    assert _placed(result) == ["id-1"]
    assert _limits(result) == [(LimitKind.BEDS, 2, 1, 2)]
    assert result.limits[0].nights == (NIGHTS[0], NIGHTS[-1])
    one = replace(problem, households=(family(1, points=3), family(2)))
    assert allocate(one).limits[0].nights == (NIGHTS[0], NIGHTS[2])


def test_each_kind_of_bed_is_short_for_itself() -> None:
    wheelchair = family(1, Member("w", needs_accessible=True), Member("v"))
    ill = family(2, Member("i", isolation=True))
    result = _solve([wheelchair, ill], movement(), (room("A1"), room("A2")))
    assert _limits(result) == [
        (LimitKind.ACCESSIBLE_BEDS, 1, 1, 2),
        (LimitKind.ISOLATION_BEDS, 1, 1, 1),
    ]


def test_seats_and_beds_may_only_help_together() -> None:
    result = _solve([family(1), family(2)], movement(seats=1), (room("A1"),))
    assert _limits(result) == [(LimitKind.SEATS_AND_BEDS, 1, 1, 1)]
    assert _solve([family(1)], movement(seats=1), (room("A1"),)).limits == ()
