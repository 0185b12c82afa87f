from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from casework.rules.allocation_problem import Occupancy
from casework.rules.season import FLOW, plan_season
from casework.rules.season_check import check_season
from casework.rules.season_problem import Departure, Party, SeasonPlan, SeasonProblem, Traveller
from casework.vocabulary import RoomKind
from tests.unit.rules.season_cast import day, departure, party, room, seasons


def who_goes(plan: SeasonPlan) -> dict[str, str]:
    return {trip.request_id: trip.departure_id for trip in plan.trips}


def season(
    departures: Sequence[Departure], rooms: Sequence[object], parties: Sequence[Party]
) -> SeasonProblem:
    return SeasonProblem(tuple(departures), tuple(rooms), (), tuple(parties))  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(seasons())
def test_every_plan_passes_the_check_and_is_never_below_the_greedy_one(
    problem: SeasonProblem,
) -> None:
    plan = plan_season(problem)
    assert check_season(problem, plan) == ()
    assert plan.greedy_points <= plan.points <= plan.bound


@settings(max_examples=60, deadline=None)
@given(seasons(reserved=False))
def test_no_plan_at_all_has_more_points_than_the_bound(problem: SeasonProblem) -> None:
    plan = plan_season(problem)
    assert plan.points <= best_by_trying_everything(problem) <= plan.bound


def test_the_same_problem_has_the_same_plan() -> None:
    problem = season(
        [departure("M1", 0, 2), departure("M2", 5, 2)],
        [room("A1"), room("A2", 2, RoomKind.DOUBLE)],
        [party(number, people=1 + number % 2, points=9 - number) for number in range(6)],
    )
    assert plan_season(problem) == plan_season(problem)


def test_a_later_flight_is_left_to_who_has_no_other() -> None:
    """Greedy gives the only room to the first of two; the plan keeps it for two others."""
    problem = season(
        [departure("M1", 10, 9, countries="KR"), departure("M2", 0, 9, countries="US"),
         departure("M3", 25, 9, countries="US")],
        [room("A1")],
        [party(1, points=10), party(2, points=8, country="US"), party(3, points=7, country="US")],
    )  # fmt: skip
    plan = plan_season(problem)
    assert who_goes(plan) == {"Q2": "M2", "Q3": "M3"}
    assert (plan.points, plan.greedy_points, plan.status) == (15, 10, FLOW)


def test_nobody_travels_before_the_request_was_lodged() -> None:
    problem = season([departure("M1", 0, 9), departure("M2", 30, 9)], [room("A1")],
                     [party(1, lodged=1)])  # fmt: skip
    assert who_goes(plan_season(problem)) == {"Q1": "M2"}


def test_a_room_is_given_again_after_its_turnover_day_and_not_before() -> None:
    parties = [party(1), party(2)]
    too_soon = season([departure("M1", 0, 9), departure("M2", 21, 9)], [room("A1")], parties)
    assert len(plan_season(too_soon).trips) == 1
    later = season([departure("M1", 0, 9), departure("M2", 22, 9)], [room("A1")], parties)
    assert who_goes(plan_season(later)) == {"Q1": "M1", "Q2": "M2"}


def test_a_reserved_place_goes_with_the_first_flight_whatever_its_points() -> None:
    problem = season(
        [departure("M1", 0, 2, reserved=1), departure("M2", 1, 2)],
        [room("A1")],
        [party(1, points=50), party(2, points=0, reserved=True)],
    )
    plan = plan_season(problem)
    assert [(trip.request_id, trip.in_reserve) for trip in plan.trips] == [("Q2", True)]
    assert plan.bound == 0


def test_an_infant_sits_on_a_lap_until_the_second_birthday() -> None:
    family = replace(party(1), members=(Traveller("1-0"), Traveller("1-1", infant_until=day(10))))
    rooms = [room("A1", 2, RoomKind.DOUBLE)]
    before = plan_season(season([departure("M1", 9, 1)], rooms, [family]))
    assert [trip.seats for trip in before.trips] == [1]
    assert plan_season(season([departure("M1", 10, 1)], rooms, [family])).trips == ()


def test_a_facility_that_is_closed_for_a_week_takes_nobody_across_it() -> None:
    rooms = (room("A1"), room("B1"))
    closed = tuple(Occupancy("A1", day(night), "closed") for night in range(10, 17))
    problem = SeasonProblem((departure("M1", 0, 9),), rooms, closed, (party(1), party(2)))
    plan = plan_season(problem)
    assert [trip.room_ids for trip in plan.trips] == [("B1",)]


def test_nothing_to_plan_is_a_plan_without_trips() -> None:
    for problem in (
        season([], [room("A1")], [party(1)]),
        season([departure("M1", 0, 9)], [], []),
        season([departure("M1", 0, 0)], [room("A1")], [party(1)]),
        season([departure("M1", 0, 9)], [], [party(1)]),
    ):
        plan = plan_season(problem)
        assert (plan.trips, plan.points, plan.bound, plan.gap) == ((), 0, 0, 0.0)


def best_by_trying_everything(problem: SeasonProblem) -> int:
    """The most points of any way to give movements and rooms, party by party."""

    def best(parties: Sequence[Party], seats: dict[str, int], taken: tuple[object, ...]) -> int:
        if not parties:
            return 0
        first, rest = parties[0], parties[1:]
        most = best(rest, seats, taken)
        for place, needed, rooms in _choices(problem, first, seats, taken):
            left = seats | {place.id: seats[place.id] - needed}
            stays = tuple((room_id, place.first_night, place.last_night) for room_id in rooms)
            most = max(most, first.value + best(rest, left, taken + stays))
        return most

    return best(problem.parties, {d.id: d.seats for d in problem.departures}, ())


def _choices(
    problem: SeasonProblem, who: Party, seats: dict[str, int], taken: tuple[object, ...]
) -> Iterator[tuple[Departure, int, tuple[str, ...]]]:
    for place in problem.departures:
        infants = sum(place.departs_on < m.infant_until for m in who.members)
        adults = sum(place.departs_on >= m.adult_from for m in who.members)
        laps = min(infants, adults) if place.infant_lap_allowed else 0
        needed = len(who.members) - laps
        open_ = (
            who.country in place.origin_countries
            and who.submitted_on <= place.departs_on
            and place.id not in who.barred
            and needed <= seats[place.id]
        )
        if open_:
            for rooms in _housings(problem, who, place, taken):
                yield place, needed, rooms


def _housings(
    problem: SeasonProblem, who: Party, place: Departure, taken: tuple[object, ...]
) -> Iterator[tuple[str, ...]]:
    if place.first_night is None or place.last_night is None:
        yield ()
        return
    free = [each.id for each in problem.rooms if _is_free(problem, each.id, place, taken)]
    rooms = {each.id: each for each in problem.rooms}
    for mask in range(1, 2 ** len(free)):
        chosen = [rooms[room_id] for bit, room_id in enumerate(free) if mask >> bit & 1]
        if len(chosen) > 3 or len({each.facility_id for each in chosen}) > 1:
            continue
        if all(
            sum(m.isolation == isolation for m in who.members)
            <= sum(r.beds for r in chosen if (r.kind is RoomKind.ISOLATION) == isolation)
            and sum(m.isolation == isolation and m.needs_accessible for m in who.members)
            <= sum(
                r.beds
                for r in chosen
                if (r.kind is RoomKind.ISOLATION) == isolation and r.kind is RoomKind.ACCESSIBLE
            )
            for isolation in (False, True)
        ):
            yield tuple(each.id for each in chosen)


def _is_free(
    problem: SeasonProblem, room_id: str, place: Departure, taken: tuple[object, ...]
) -> bool:
    first, last = place.first_night, place.last_night
    assert first is not None and last is not None
    gap = next(each.turnover_days for each in problem.rooms if each.id == room_id)
    busy = [(o.night, o.night) for o in problem.occupancy if o.room_id == room_id]
    busy += [(a, b) for other, a, b in taken if other == room_id]  # type: ignore[misc]
    return not any(
        (first - b).days <= gap and (a - last).days <= gap for a, b in busy if isinstance(a, date)
    )
