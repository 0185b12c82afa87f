"""First fit by hand: each rule of seats and beds on a movement small enough to see."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.allocation_first_fit import first_fit
from casework.rules.allocation_problem import (
    Allocation,
    Household,
    Member,
    MovementInput,
    Occupancy,
    Problem,
    Room,
)
from casework.vocabulary import RoomKind, WaitingReason

from .allocation_cast import ARRIVAL, NIGHTS, family, movement, problems, room

DOUBLE, FAMILY = RoomKind.DOUBLE, RoomKind.FAMILY
ACCESSIBLE, ISOLATION = RoomKind.ACCESSIBLE, RoomKind.ISOLATION


def _solve(
    households: list[Household],
    rooms: list[Room] | None = None,
    offered: MovementInput | None = None,
    occupancy: tuple[Occupancy, ...] = (),
) -> Allocation:
    offered = offered or movement(nights=0 if rooms is None else 21)
    return first_fit(Problem(offered, tuple(rooms or ()), occupancy, tuple(households)))


def _placed(result: Allocation) -> list[str]:
    return [placement.request_id for placement in result.placed]


def _reasons(result: Allocation) -> list[WaitingReason]:
    return [waiting.reason for waiting in result.waiting]


def _rooms(result: Allocation) -> dict[str, str]:
    return {member: room for placement in result.placed for member, room in placement.rooms}


def test_seats_go_by_position_and_the_next_that_fits_moves_up() -> None:
    households = [family(3), family(2, people=4), family(1, people=2)]
    result = _solve(households, offered=movement(seats=4, nights=0))
    assert _placed(result) == ["id-1", "id-3"]
    assert _reasons(result) == [WaitingReason.NO_SEAT]
    assert str(result.waiting[0].message) == "Seats needed: 4. Seats left: 1."
    assert (result.seats_left, result.binding) == (1, (WaitingReason.NO_SEAT,))


def test_without_quarantine_nights_nobody_needs_a_bed() -> None:
    result = _solve([family(1, people=3)])
    assert _placed(result) == ["id-1"]
    assert _rooms(result) == {}


def test_a_household_is_placed_whole_or_not_at_all() -> None:
    result = _solve([family(1, people=3)], [room("A1", 2, DOUBLE)])
    assert (_placed(result), _reasons(result)) == ([], [WaitingReason.NO_ROOM])


def test_a_household_stays_in_one_facility() -> None:
    apart = [room("A1"), room("B1")]
    assert _reasons(_solve([family(1, people=2)], apart)) == [WaitingReason.NO_ROOM]
    assert _placed(_solve([family(1, people=2)], [*apart, room("B2")])) == ["id-1"]


def test_an_adult_who_wants_to_travels_apart_from_the_others() -> None:
    saraa = Member("saraa", travels_apart=True)
    result = _solve([family(1, Member("bold"), saraa)], [room("A1"), room("B1")])
    assert [placement.members for placement in result.placed] == [("bold",), ("saraa",)]


def test_rooms_are_never_shared_by_households() -> None:
    result = _solve([family(1), family(2)], [room("A1", 4, FAMILY)])
    assert _reasons(result) == [WaitingReason.NO_ROOM]


def test_the_room_that_wastes_the_fewest_beds_is_taken() -> None:
    rooms = [room("A1", 4, FAMILY), room("A2", 3, FAMILY), room("A3", 2, DOUBLE)]
    taken = _rooms(_solve([family(1, people=2), family(2, people=3), family(3, people=4)], rooms))
    assert {member[0]: name for member, name in taken.items()} == {"1": "A3", "2": "A2", "3": "A1"}


def test_a_large_family_gets_as_few_rooms_as_waste_allows() -> None:
    rooms = [room("A1", 3, FAMILY), room("A2", 2, DOUBLE), room("A3"), room("A4"), room("A5")]
    assert set(_rooms(_solve([family(1, people=5)], rooms)).values()) == {"A1", "A2"}


def test_who_needs_an_accessible_room_gets_it_and_company() -> None:
    tuya = Member("tuya", needs_accessible=True)
    rooms = [room("A1", 2, DOUBLE), room("A2", 2, ACCESSIBLE)]
    assert _rooms(_solve([family(1, Member("bat"), tuya)], rooms)) == {"bat": "A2", "tuya": "A2"}
    result = _solve([family(1, tuya)], rooms[:1])
    assert _reasons(result) == [WaitingReason.NO_ACCESSIBLE_ROOM]


def test_an_accessible_room_is_the_last_that_others_take() -> None:
    rooms = [room("A1", 1, ACCESSIBLE), room("A2", 4, FAMILY)]
    assert _rooms(_solve([family(1), family(2)], rooms)) == {"1-0": "A2", "2-0": "A1"}


def test_isolation_rooms_are_for_isolation_and_for_nothing_else() -> None:
    ganaa = Member("ganaa", isolation=True)
    rooms = [room("A1"), room("A2", kind=ISOLATION)]
    taken = _rooms(_solve([family(1, Member("oyun"), ganaa)], rooms))
    assert taken == {"oyun": "A1", "ganaa": "A2"}
    assert _reasons(_solve([family(1)], rooms[1:])) == [WaitingReason.NO_ROOM]
    assert _reasons(_solve([family(1, ganaa)], rooms[:1])) == [WaitingReason.NO_ISOLATION_ROOM]


def test_a_wheelchair_user_in_isolation_needs_a_room_that_is_both() -> None:
    both = Member("dorj", needs_accessible=True, isolation=True)
    isolation = room("A1", kind=ISOLATION)
    rooms = [isolation, room("A2", kind=ACCESSIBLE)]
    assert _reasons(_solve([family(1, both)], rooms)) == [WaitingReason.NO_ISOLATION_ROOM]
    marked = replace(isolation, accessible=True)
    assert _rooms(_solve([family(1, both)], [marked])) == {"dorj": "A1"}


@pytest.mark.parametrize(("laps", "adults", "seats"), [(True, 1, 2), (True, 2, 2), (False, 1, 3)])
def test_infants_sit_on_a_lap_where_allowed_but_sleep_in_a_bed(
    laps: bool, adults: int, seats: int
) -> None:
    twins = [Member(name, infant=True, adult=False) for name in ("anu", "nomin")]
    parents = [Member(f"parent-{n}") for n in range(adults)]
    offered = replace(movement(), infant_lap_allowed=laps)
    result = _solve([family(1, *parents, *twins)], [room("A1", 4, FAMILY)], offered)
    assert result.placed[0].seats == seats
    assert len(result.placed[0].rooms) == adults + 2


@pytest.mark.parametrize(
    ("offset", "is_free"), [(-3, True), (-2, False), (0, False), (22, False), (23, True)]
)
def test_turnover_days_stay_empty_before_and_after(offset: int, is_free: bool) -> None:
    other = Occupancy("A1", ARRIVAL + timedelta(days=offset), "id-earlier")
    result = _solve([family(1)], [room("A1", turnover=2)], occupancy=(other,))
    assert bool(result.placed) is is_free


def test_reserved_places_come_first_up_to_the_quota() -> None:
    households = [family(1), family(2), family(8, reserved=True), family(9, reserved=True)]
    result = _solve(households, offered=movement(seats=2, reserved=1, nights=0))
    assert _placed(result) == ["id-1", "id-8"]
    assert [placement.in_reserve for placement in result.placed] == [False, True]


def test_unused_reserved_seats_go_to_everyone() -> None:
    result = _solve([family(1), family(2)], offered=movement(seats=2, reserved=2, nights=0))
    assert _placed(result) == ["id-1", "id-2"]


def test_a_reserved_household_larger_than_the_quota_keeps_its_place_in_the_order() -> None:
    households = [family(1), family(2, people=2, reserved=True), family(3)]
    result = _solve(households, offered=movement(seats=3, reserved=1, nights=0))
    assert _placed(result) == ["id-1", "id-2"]
    assert not result.placed[1].in_reserve


def test_another_country_and_missing_papers_are_their_own_reasons() -> None:
    abroad = replace(family(1), country="AU")
    lost = replace(family(2), blocked=WaitingReason.NO_DOCUMENT)
    ill = replace(family(3), blocked=WaitingReason.NOT_FIT)
    result = _solve([abroad, lost, ill])
    assert _reasons(result) == [
        WaitingReason.OTHER_COUNTRY,
        WaitingReason.NO_DOCUMENT,
        WaitingReason.NOT_FIT,
    ]
    assert result.binding == ()


def test_what_leaves_most_people_waiting_binds_first() -> None:
    wheelchair = Member("tuya", needs_accessible=True)
    households = [family(1, people=3), family(2, wheelchair)]
    result = _solve(households, [room("A1")])
    assert result.binding == (WaitingReason.NO_ROOM, WaitingReason.NO_ACCESSIBLE_ROOM)


def test_each_household_in_or_out_has_its_reason() -> None:
    result = _solve(
        [family(1), family(2, reserved=True), family(3)],
        offered=movement(seats=2, reserved=1, nights=0),
    )
    assert [str(placement.message) for placement in result.placed] + [
        str(waiting.message) for waiting in result.waiting
    ] == [
        "Placed in the published order, position 1.",
        "Placed on a reserved seat.",
        "Seats needed: 1. Seats left: 0.",
    ]


@given(problem=problems(), shuffle=st.randoms(use_true_random=False))
def test_the_same_problem_has_the_same_answer_in_whatever_order_it_comes(
    problem: Problem, shuffle: Random
) -> None:
    rooms, households = list(problem.rooms), list(problem.households)
    shuffle.shuffle(rooms)
    shuffle.shuffle(households)
    again = replace(problem, rooms=tuple(rooms), households=tuple(households))
    assert first_fit(again) == first_fit(problem)


def test_nights_of_a_placement_are_the_movement_s() -> None:
    assert _solve([family(1)], [room("A1")]).placed[0].nights == NIGHTS
