"""Measure an allocation and its check at the size of 2020. Prints one JSON object.

    python -m bench.allocation [--households 13000] [--beds 2400] [--nights 21]

Two movements are solved and checked: `seats` has 250 of them, as one flight; `beds` has a seat for
everyone, so that the beds of all facilities run out. Each figure stands beside its limit, and the
points beside those of first fit in order and the proven bound.
"""

import argparse
import json
import sys
import time
from datetime import date, timedelta
from random import Random

from casework.rules.allocation import allocate
from casework.rules.allocation_check import check, check_exchange
from casework.rules.allocation_first_fit import first_fit_draft
from casework.rules.allocation_problem import (
    Household,
    Member,
    MovementInput,
    Occupancy,
    Problem,
    Room,
)
from casework.vocabulary import RoomKind

_ARRIVAL = date(2020, 11, 21)
_FACILITIES = 14
#: What one flight among 13,000 requests may take, and miss of the bound.
SECONDS, GAP = 10, 0.01
_KIND_BY_BEDS = {1: RoomKind.SINGLE, 2: RoomKind.DOUBLE, 3: RoomKind.FAMILY, 4: RoomKind.FAMILY}


def main() -> None:
    """Solve both movements and print sizes, seconds and problems found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=13_000)
    parser.add_argument("--beds", type=int, default=2_400)
    parser.add_argument("--nights", type=int, default=21)
    arguments = parser.parse_args()
    random = Random(2020)
    nights = tuple(_ARRIVAL + timedelta(days=day) for day in range(arguments.nights))
    rooms = _rooms(arguments.beds, random)
    households = tuple(_household(number, random) for number in range(arguments.households))
    people = sum(len(household.members) for household in households)
    report: dict[str, object] = {
        "households": len(households),
        "people": people,
        "rooms": len(rooms),
        "room_beds": sum(room.beds for room in rooms),
        "nights": len(nights),
    }
    for limit, seats in (("seats", 250), ("beds", people)):
        movement = MovementInput(limit, seats, frozenset({"KR"}), nights, seats // 10)
        report[limit] = _measured(Problem(movement, rooms, _earlier(rooms, random), households))
    json.dump(report, sys.stdout, indent=1)
    print()


def _measured(problem: Problem) -> dict[str, object]:
    start = time.perf_counter()
    result = allocate(problem)
    solved = time.perf_counter()
    wrong = [*check(problem, result), *check_exchange(problem, result)]
    checked = time.perf_counter()
    simple = first_fit_draft(problem).points()
    proof = result.proof
    assert proof is not None  # noqa: S101 - a solved answer has one
    return {
        "seconds": round(checked - start, 3),
        "seconds_limit": SECONDS,
        "gap": proof.gap,
        "gap_limit": GAP,
        "points": proof.objective,
        "bound": proof.bound,
        "first_fit_points": simple,
        "points_by_first_fit": round(proof.objective / simple, 3) if simple else None,
        "limits": [
            [limit.kind.value, limit.more, limit.households, limit.people]
            for limit in result.limits
        ],
        "occupied_nights": len(problem.occupancy),
        "placed_households": len(result.placed),
        "placed_people": sum(len(placement.members) for placement in result.placed),
        "waiting_households": len(result.waiting),
        "binding": [str(reason) for reason in result.binding],
        "allocate_seconds": round(solved - start, 3),
        "check_seconds": round(checked - solved, 3),
        "problems": len(wrong),
    }


def _rooms(beds: int, random: Random) -> tuple[Room, ...]:
    """Rooms of one to four beds, 6 % of them accessible and 4 % for isolation."""
    rooms: list[Room] = []
    while beds > 0:
        size = min(beds, random.randint(1, 4))
        draw = random.random()
        kind = RoomKind.ACCESSIBLE if draw < 0.06 else _KIND_BY_BEDS[size]
        kind = RoomKind.ISOLATION if draw > 0.96 else kind
        rooms.append(Room(f"R{len(rooms):05}", f"F{len(rooms) % _FACILITIES:02}", kind, size, 1))
        beds -= size
    return tuple(rooms)


def _earlier(rooms: tuple[Room, ...], random: Random) -> tuple[Occupancy, ...]:
    """Every room occupied for 21 nights before, a tenth of them into the movement's nights."""
    rows = []
    for room in rooms:
        last = _ARRIVAL - timedelta(days=-3 if random.random() < 0.1 else 2)
        rows += [Occupancy(room.id, last - timedelta(days=day), "earlier") for day in range(21)]
    return tuple(rows)


def _household(number: int, random: Random) -> Household:
    size = random.choices((1, 2, 3, 4, 5, 6), (65, 17, 9, 5, 3, 1))[0]
    members = tuple(
        Member(
            f"{number}-{person}",
            needs_accessible=random.random() < 0.02,
            isolation=random.random() < 0.01,
            infant=person > 1 and random.random() < 0.2,
            adult=person < 2,
        )
        for person in range(size)
    )
    reference = f"KR-{number:05}"
    reserved, points = random.random() < 0.03, _points(random)
    return Household(reference, reference, number, "KR", members, reserved, points=points)


def _points(random: Random) -> int:
    """Criteria of the shipped policy by chance, and up to 30 points for waiting."""
    return random.choices((0, 10, 15, 20, 25, 30, 40), (50, 10, 15, 10, 8, 5, 2))[
        0
    ] + random.randrange(31)


if __name__ == "__main__":
    main()
