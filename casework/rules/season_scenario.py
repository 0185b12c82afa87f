"""The invented season of 2020: requests, movements, facilities and rooms as four CSV files.

Sizes are those of the published operation; docs/season.md describes every column. The same seed
and first day give the same bytes.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from casework.reference.table import rows
from casework.rules.scenario import DAYS, PUBLISHED_PEOPLE, write_requests
from casework.rules.season_files import FACILITY_COLUMNS, MOVEMENT_COLUMNS, ROOM_COLUMNS
from casework.vocabulary import MovementKind, Payer, RoomKind

#: The first special charter flight left on this day.
FIRST_DAY: Final = date(2020, 1, 28)
FLIGHTS: Final = 101
SEASON_DAYS: Final = 290
FACILITIES: Final = 14
#: 240 rooms of each size are 2,400 beds.
ROOMS_OF_A_SIZE: Final = 240
NIGHTS: Final = 21
TURNOVER_DAYS: Final = 1
RESERVED_PERCENT: Final = 10
_ACCESSIBLE: Final = 0.06
_ISOLATION: Final = 0.04
_FLIGHT_SEATS: Final = (150, 260)
_CONVOY_SEATS: Final = (60, 150)
_KIND_OF_SIZE: Final = {
    1: RoomKind.SINGLE, 2: RoomKind.DOUBLE, 3: RoomKind.FAMILY, 4: RoomKind.FAMILY,
}  # fmt: skip
_WEEK: Final = 7


def write_season(
    seed: int, folder: Path, first_day: date = FIRST_DAY, requests: int = PUBLISHED_PEOPLE
) -> None:
    """Write the four files into `folder`, which is made when it is missing; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    until = first_day + timedelta(days=DAYS - 1)
    with (folder / "requests.csv").open("w", encoding="utf-8", newline="") as stream:
        write_requests(requests, seed, until, stream)
    random = Random(seed)  # noqa: S311 - reproducible; nothing secret is drawn
    _write(folder / "movements.csv", MOVEMENT_COLUMNS, _movements(random, first_day))
    _write(folder / "facilities.csv", FACILITY_COLUMNS, _facilities())
    _write(folder / "rooms.csv", ROOM_COLUMNS, _rooms(random))


def _write(path: Path, columns: Iterable[str], lines: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(columns))
        writer.writeheader()
        writer.writerows(lines)


def _movements(random: Random, first_day: date) -> list[dict[str, object]]:
    """Every flight and convoy, numbered in the order of departure."""
    found = [*_flights(random, first_day), *_convoys(random, first_day)]
    found.sort(key=lambda each: (str(each["departs_on"]), str(each["origin_city"])))
    return [{"reference": f"S-{number:03}"} | each for number, each in enumerate(found, start=1)]


def _flights(random: Random, first_day: date) -> Iterator[dict[str, object]]:
    routes = [route for route in rows("scenario_routes") if route["kind"] == "charter_flight"]
    for route, flights in zip(routes, _dealt(routes), strict=True):
        for number in range(flights):
            day = int((number + random.random()) * SEASON_DAYS / flights)
            yield _movement(route, first_day, day, random.randint(*_FLIGHT_SEATS))


def _convoys(random: Random, first_day: date) -> Iterator[dict[str, object]]:
    routes = [route for route in rows("scenario_routes") if route["kind"] == "land_convoy"]
    for week in range(SEASON_DAYS // _WEEK):
        route = routes[week % len(routes)]
        yield _movement(route, first_day, week * _WEEK + 3, random.randint(*_CONVOY_SEATS))


def _movement(route: Mapping[str, str], first_day: date, day: int, seats: int) -> dict[str, object]:
    departs = first_day + timedelta(days=day)
    arrives = departs + timedelta(days=int(route["days_on_the_way"]))
    return {
        "kind": MovementKind(route["kind"]).value,
        "seats": seats,
        "origin_countries": route["countries"].replace(";", "|"),
        "origin_city": route["city"],
        "point_of_entry": route["point_of_entry"],
        "departs_on": departs.isoformat(),
        "arrives_on": arrives.isoformat(),
        "quarantine_nights": NIGHTS,
        "reserved_percent": RESERVED_PERCENT,
        "payer": Payer.GOVERNMENT.value,
    }


def _dealt(routes: list[dict[str, str]]) -> list[int]:
    """Flights of each route: at least one, and by the number of people who wait on it."""
    waiting = {row["country"]: int(row["people"]) for row in rows("scenario_countries")}
    people = [
        sum(waiting.get(code, 0) for code in route["countries"].split(";")) for route in routes
    ]
    exact = [max(1.0, FLIGHTS * count / sum(people)) for count in people]
    dealt = [int(share) for share in exact]
    by_loss = sorted(range(len(exact)), key=lambda place: dealt[place] - exact[place])
    for place in by_loss[: FLIGHTS - sum(dealt)]:
        dealt[place] += 1
    return dealt


def _facilities() -> Iterator[dict[str, object]]:
    for number in range(1, FACILITIES + 1):
        yield {
            "code": f"SF{number:02}",
            "name": f"Quarantine house {number}",
            "name_mn": f"Тусгаарлах байр {number}",
            "aimag": "MN11",
            "turnover_days": TURNOVER_DAYS,
        }


def _rooms(random: Random) -> Iterator[dict[str, object]]:
    """The rooms of all sizes, dealt to the facilities in turn, floor by floor."""
    sizes = [size for size in sorted(_KIND_OF_SIZE) for _ in range(ROOMS_OF_A_SIZE)]
    kinds = [_KIND_OF_SIZE[size] for size in sizes]
    special = random.sample(range(len(sizes)), round(len(sizes) * (_ACCESSIBLE + _ISOLATION)))
    accessible = round(len(sizes) * _ACCESSIBLE)
    for place, room in enumerate(special):
        kinds[room] = RoomKind.ACCESSIBLE if place < accessible else RoomKind.ISOLATION
    for place, (size, kind) in enumerate(zip(sizes, kinds, strict=True)):
        number = place // FACILITIES
        floor = 1 + number // 20
        yield {
            "facility": f"SF{place % FACILITIES + 1:02}",
            "number": f"{floor}{number % 20 + 1:02}",
            "floor": floor,
            "kind": kind.value,
            "beds": size,
        }
