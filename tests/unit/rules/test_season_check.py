from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from casework.rules.allocation_problem import Occupancy
from casework.rules.season import plan_season
from casework.rules.season_check import check_season
from casework.rules.season_problem import SeasonPlan, SeasonProblem, Trip
from casework.vocabulary import RoomKind
from tests.unit.rules.season_cast import day, departure, party, room

#: Q1 and Q2 alike; Q3 a couple; Q4 has a reserved place; Q5 from another country; Q6 waits.
PROBLEM = SeasonProblem(
    (departure("M1", 0, 4, reserved=1), departure("M2", 30, 3)),
    (
        room("A1"), room("A2"), room("A3", 2, RoomKind.DOUBLE), room("B1"),
        room("B2", 1, RoomKind.ISOLATION),
    ),
    (),
    (
        party(1, points=30), party(2, points=20), party(3, people=2, points=15),
        party(4, points=5, reserved=True), party(5, country="US"), party(6, people=2, points=1),
    ),
)  # fmt: skip
Change = Callable[[dict[str, Trip]], None]


def plan() -> SeasonPlan:
    return plan_season(PROBLEM)


def codes(problem: SeasonProblem, changed: SeasonPlan) -> set[str]:
    return {fault.code for fault in check_season(problem, changed)}


def corrupted(change: Change) -> set[str]:
    made = plan()
    trips = {trip.request_id: trip for trip in made.trips}
    change(trips)
    return codes(PROBLEM, replace(made, trips=tuple(trips.values())))


def test_the_plan_itself_is_right() -> None:
    assert codes(PROBLEM, plan()) == set()


def set_on(trips: dict[str, Trip], request: str, **values: object) -> None:
    trips[request] = replace(trips[request], **values)  # type: ignore[arg-type]


def strange_room(trips: dict[str, Trip]) -> None:
    set_on(trips, "Q1", rooms=(("1-0", "Z9"),))


def left_behind(trips: dict[str, Trip]) -> None:
    set_on(trips, "Q3", members=("3-0",), rooms=trips["Q3"].rooms[:1])


def wrong_country(trips: dict[str, Trip]) -> None:
    trips["Q5"] = replace(trips["Q1"], request_id="Q5", members=("5-0",))
    del trips["Q1"]


def seat_not_counted(trips: dict[str, Trip]) -> None:
    set_on(trips, "Q3", seats=1)


def other_nights(trips: dict[str, Trip]) -> None:
    last = trips["Q1"].last_night
    assert last is not None
    set_on(trips, "Q1", last_night=last - timedelta(days=1))


def isolated_for_nothing(trips: dict[str, Trip]) -> None:
    set_on(trips, "Q1", rooms=(("1-0", "B2"),))


def both_in_a_single_room(trips: dict[str, Trip]) -> None:
    set_on(trips, "Q3", rooms=(("3-0", "A1"), ("3-1", "A1")))


def in_two_facilities(trips: dict[str, Trip]) -> None:
    set_on(trips, "Q3", rooms=(("3-0", "A1"), ("3-1", "B1")))


def one_without_a_bed(trips: dict[str, Trip]) -> None:
    set_on(trips, "Q3", rooms=trips["Q3"].rooms[:1])


def same_room(trips: dict[str, Trip]) -> None:
    set_on(trips, "Q1", rooms=(("1-0", dict(trips["Q2"].rooms)["2-0"]),))


def reserved_seat_for_another(trips: dict[str, Trip]) -> None:
    set_on(trips, "Q1", in_reserve=True)


def reserved_place_left_out(trips: dict[str, Trip]) -> None:
    del trips["Q4"]


def overtaken(trips: dict[str, Trip]) -> None:
    second = trips["Q2"]
    trips["Q2"] = replace(trips["Q1"], request_id="Q2", members=("2-0",),
                          rooms=(("2-0", trips["Q1"].rooms[0][1]),))  # fmt: skip
    del trips["Q1"]
    assert second.departure_id == "M1"


def sent_home(trips: dict[str, Trip]) -> None:
    del trips["Q1"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (strange_room, "unknown"),
        (left_behind, "split"),
        (wrong_country, "not_eligible"),
        (seat_not_counted, "seats"),
        (other_nights, "nights"),
        (isolated_for_nothing, "bed"),
        (both_in_a_single_room, "bed"),
        (in_two_facilities, "bed"),
        (one_without_a_bed, "bed"),
        (same_room, "double_booked"),
        (reserved_seat_for_another, "quota"),
        (reserved_place_left_out, "quota"),
        (overtaken, "order"),
        (sent_home, "would_fit"),
        (sent_home, "points"),
    ],
)
def test_each_corruption_is_named(change: Change, code: str) -> None:
    assert code in corrupted(change)


def test_a_party_that_travels_twice() -> None:
    made = plan()
    assert "split" in codes(PROBLEM, replace(made, trips=(*made.trips, made.trips[0])))


def test_more_travellers_than_seats() -> None:
    made = plan()
    small = replace(PROBLEM, departures=tuple(replace(d, seats=1) for d in PROBLEM.departures))
    assert "seats" in codes(small, made)


def test_lodged_after_departure() -> None:
    made = plan()
    late = tuple(replace(each, submitted_on=day(40)) for each in PROBLEM.parties)
    assert "not_eligible" in codes(replace(PROBLEM, parties=late), made)


def test_a_room_that_somebody_else_has_on_the_turnover_day() -> None:
    made = plan()
    first = next(trip for trip in made.trips if trip.last_night is not None)
    assert first.last_night is not None
    after = Occupancy(first.room_ids[0], first.last_night + timedelta(days=1), "other")
    assert "double_booked" in codes(replace(PROBLEM, occupancy=(after,)), made)


def test_points_above_the_bound_or_below_the_greedy_plan() -> None:
    made = plan()
    assert "points" in codes(PROBLEM, replace(made, bound=made.points - 1))
    assert "points" in codes(PROBLEM, replace(made, greedy_points=made.points + 1))
    assert "points" in codes(PROBLEM, replace(made, points=made.points + 1))
