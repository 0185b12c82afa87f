"""The checker against the allocator, against brute force, and against every way to be wrong."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from casework.rules.allocation_check import check, check_order
from casework.rules.allocation_first_fit import first_fit
from casework.rules.allocation_problem import (
    Allocation,
    Household,
    Member,
    Occupancy,
    Placement,
    Problem,
    Room,
    Waiting,
)
from casework.vocabulary import RoomKind, WaitingReason

from .allocation_cast import ARRIVAL, NIGHTS, family, movement, problems, room

ACCESSIBLE, ISOLATION, DOUBLE = RoomKind.ACCESSIBLE, RoomKind.ISOLATION, RoomKind.DOUBLE


def _said(problem: Problem, result: Allocation) -> str:
    return " ".join(str(message) for message in check(problem, result))


@settings(max_examples=200, deadline=None)
@given(problem=problems())
def test_the_allocator_s_answers_pass(problem: Problem) -> None:
    result = first_fit(problem)
    assert check(problem, result) == ()
    assert check_order(problem, result) == ()


def _can_sleep(problem: Problem, members: tuple[Member, ...]) -> bool:
    """Every way to give each member any room, tried out."""
    free = [
        room
        for room in problem.rooms
        if not any(
            occupied.room_id == room.id
            and any(abs((occupied.night - n).days) <= room.turnover_days for n in NIGHTS[:7])
            for occupied in problem.occupancy
        )
    ]
    return any(_is_good(members, rooms) for rooms in product(free, repeat=len(members)))


def _is_good(members: tuple[Member, ...], rooms: tuple[Room, ...]) -> bool:
    return (
        len({room.facility_id for room in rooms}) == 1
        and all(rooms.count(room) <= room.beds for room in rooms)
        and all(
            (room.kind is ISOLATION) == member.isolation
            and (not member.needs_accessible or room.accessible or room.kind is ACCESSIBLE)
            for member, room in zip(members, rooms, strict=True)
        )
    )


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_fitting_means_the_same_as_trying_every_room(problem: Problem) -> None:
    first = problem.households[0]
    members = tuple(replace(member, travels_apart=False) for member in first.members)
    alone = replace(
        problem,
        movement=replace(
            problem.movement, seats=10, quarantine_nights=NIGHTS[:7], medical_escorts=None
        ),
        households=(replace(first, members=members, country="KR", blocked=None),),
    )
    fits = _can_sleep(alone, members)
    nobody = _everyone_waits(alone)
    assert bool(first_fit(alone).placed) is fits
    assert ("would still fit" in _said(alone, nobody)) is fits


def _everyone_waits(problem: Problem) -> Allocation:
    waiting = tuple(_as_waiting(placement) for placement in first_fit(problem).placed)
    return Allocation((), waiting + first_fit(problem).waiting, problem.movement.seats, binding=())


def _as_waiting(placement: Placement) -> Waiting:
    return Waiting(
        placement.request_id, placement.members, WaitingReason.NO_ROOM, placement.message
    )


Mutation = Callable[[Problem, Allocation, int], Allocation | None]


def _change(result: Allocation, index: int, **values: object) -> Allocation:
    placed = list(result.placed)
    placed[index] = replace(placed[index], **values)  # type: ignore[arg-type]
    return replace(result, placed=tuple(placed))


def _drop(problem: Problem, result: Allocation, index: int) -> Allocation:
    return replace(result, placed=result.placed[:index] + result.placed[index + 1 :])


def _leave_waiting(problem: Problem, result: Allocation, index: int) -> Allocation:
    dropped = _drop(problem, result, index)
    placement = result.placed[index]
    return replace(
        dropped,
        waiting=(*result.waiting, _as_waiting(placement)),
        seats_left=result.seats_left + placement.seats,
    )


def _place_twice(problem: Problem, result: Allocation, index: int) -> Allocation:
    return replace(result, placed=(*result.placed, result.placed[index]))


def _split(problem: Problem, result: Allocation, index: int) -> Allocation | None:
    placement = result.placed[index]
    if len(placement.members) == 1:
        return None
    rooms = placement.rooms[1:]
    return _change(result, index, members=placement.members[1:], rooms=rooms)


def _move_in_with_others(problem: Problem, result: Allocation, index: int) -> Allocation | None:
    others = [p for n, p in enumerate(result.placed) if n != index and p.rooms]
    placement = result.placed[index]
    if not others or not placement.rooms:
        return None
    (member, _), *rest = placement.rooms
    return _change(result, index, rooms=((member, others[0].rooms[0][1]), *rest))


def _move_to_an_occupied_room(
    problem: Problem, result: Allocation, index: int
) -> Allocation | None:
    nights = set(problem.movement.quarantine_nights)
    occupied = [o.room_id for o in problem.occupancy if o.night in nights]
    placement = result.placed[index]
    if not occupied or not placement.rooms:
        return None
    (member, _), *rest = placement.rooms
    return _change(result, index, rooms=((member, occupied[0]), *rest))


def _lose_a_bed(problem: Problem, result: Allocation, index: int) -> Allocation | None:
    rooms = result.placed[index].rooms
    return _change(result, index, rooms=rooms[1:]) if rooms else None


def _leave_early(problem: Problem, result: Allocation, index: int) -> Allocation | None:
    nights = result.placed[index].nights
    return _change(result, index, nights=nights[:-1]) if nights else None


def _miscount_seats(problem: Problem, result: Allocation, index: int) -> Allocation:
    return _change(result, index, seats=result.placed[index].seats + 1)


def _invent_a_seat(problem: Problem, result: Allocation, index: int) -> Allocation:
    return replace(result, seats_left=result.seats_left + 1)


def _reserve_for_the_unreserved(
    problem: Problem, result: Allocation, index: int
) -> Allocation | None:
    reserved = {h.request_id for h in problem.households if h.reserved}
    if result.placed[index].request_id in reserved:
        return None
    return _change(result, index, in_reserve=True)


def _place_the_ineligible(problem: Problem, result: Allocation, index: int) -> Allocation | None:
    blocked = {h.request_id for h in problem.households if h.blocked or h.country == "AU"}
    away = [w for w in result.waiting if w.request_id in blocked]
    if not away:
        return None
    waiting = tuple(w for w in result.waiting if w is not away[0])
    placement = replace(
        result.placed[index], request_id=away[0].request_id, members=away[0].members
    )
    return replace(result, placed=(*result.placed, placement), waiting=waiting)


MUTATIONS: list[Mutation] = [
    _drop,
    _leave_waiting,
    _place_twice,
    _split,
    _move_in_with_others,
    _move_to_an_occupied_room,
    _lose_a_bed,
    _leave_early,
    _miscount_seats,
    _invent_a_seat,
    _reserve_for_the_unreserved,
    _place_the_ineligible,
]


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__.strip("_"))
@settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much], deadline=None)
@given(problem=problems(), data=st.data())
def test_a_spoilt_answer_is_always_caught(
    mutate: Mutation, problem: Problem, data: st.DataObject
) -> None:
    result = first_fit(problem)
    assume(result.placed)
    spoilt = mutate(problem, result, data.draw(st.integers(0, len(result.placed) - 1)))
    assume(spoilt is not None and spoilt != result)
    assert spoilt is not None
    assert check(problem, spoilt)


def _problem(*households: Household, rooms: tuple[Room, ...] = (), seats: int = 10) -> Problem:
    return Problem(movement(seats, nights=21 if rooms else 0), rooms, (), households)


def _rehouse(result: Allocation, rooms: dict[str, str]) -> Allocation:
    return replace(
        result,
        placed=tuple(
            replace(p, rooms=tuple((member, rooms[member]) for member, _ in p.rooms))
            for p in result.placed
        ),
    )


def test_an_overbooked_flight_is_caught() -> None:
    problem = _problem(family(1), family(2))
    result = first_fit(problem)
    smaller = replace(problem, movement=movement(seats=1, nights=0))
    assert "Seats given: 2, but there are only 1." in _said(smaller, result)


def test_an_overfull_room_is_caught() -> None:
    problem = _problem(family(1, people=2), rooms=(room("A1"), room("A2")))
    spoilt = _rehouse(first_fit(problem), {"1-0": "A1", "1-1": "A1"})
    assert _said(problem, spoilt) == "Request KR-1: a room has fewer beds than travellers."


@pytest.mark.parametrize(
    ("member", "wrong", "right", "words"),
    [
        (Member("m"), room("A1", kind=ISOLATION), room("A2"), "isolation rooms"),
        (Member("m", isolation=True), room("A1"), room("A2", kind=ISOLATION), "isolation rooms"),
        (Member("m", True), room("A1"), room("A2", kind=ACCESSIBLE), "accessible room"),
    ],
)
def test_the_wrong_sort_of_room_is_caught(
    member: Member, wrong: Room, right: Room, words: str
) -> None:
    problem = _problem(family(1, member), rooms=(wrong, right))
    result = first_fit(problem)
    assert check(problem, result) == ()
    assert words in _said(problem, _rehouse(result, {"m": "A1"}))


def test_a_household_over_two_facilities_is_caught() -> None:
    problem = _problem(family(1, people=2), rooms=(room("A1"), room("A2"), room("B1")))
    spoilt = _rehouse(first_fit(problem), {"1-0": "A1", "1-1": "B1"})
    assert "spread over several facilities" in _said(problem, spoilt)


def test_an_unknown_room_is_caught() -> None:
    problem = _problem(family(1), rooms=(room("A1"),))
    assert "does not exist" in _said(problem, _rehouse(first_fit(problem), {"1-0": "Z9"}))


def test_a_stay_too_close_to_another_is_caught() -> None:
    problem = _problem(family(1), rooms=(room("A1", turnover=1),))
    result = first_fit(problem)
    crowded = replace(problem, occupancy=(Occupancy("A1", NIGHTS[-1], "id-later"),))
    assert "not free around 2020-12-11" in _said(crowded, result)
    assert NIGHTS[0] == ARRIVAL


def test_a_broken_quota_is_caught() -> None:
    problem = Problem(
        movement(seats=1, reserved=1, nights=0), (), (), (family(1), family(2, reserved=True))
    )
    general = first_fit(replace(problem, movement=movement(seats=1, nights=0)))
    assert "the reserved seats had room for it" in _said(problem, general)
    fewer = replace(problem, movement=movement(seats=1, reserved=0, nights=0))
    assert "More reserved seats were given than the 0" in _said(fewer, first_fit(problem))


def test_an_answer_in_another_order_passes_but_not_as_first_fit() -> None:
    problem = _problem(family(1), family(2), seats=1)
    turned = replace(problem, households=(replace(family(1), position=9), family(2)))
    result = first_fit(turned)
    assert check(problem, result) == ()
    assert [str(message) for message in check_order(problem, result)] == [
        "Request KR-1: it was passed over for others further down."
    ]


def test_passing_over_a_reserved_household_is_told() -> None:
    offered = movement(seats=1, reserved=1, nights=0)
    first, second = family(1, reserved=True), family(2, reserved=True)
    turned = Problem(offered, (), (), (replace(first, position=9), second))
    problem = replace(turned, households=(first, second))
    assert "was passed over when reserved seats were given" in " ".join(
        str(message) for message in check_order(problem, first_fit(turned))
    )
