"""The whole return operation at the size of 2020: `python -m bench.returns [--json] [--seed 1]`.

In a new temporary installation: the season's scenario is loaded through the ordinary import, the
queue is read as its page reads it, the whole season is planned, stored and checked, and one flight
is allocated among everybody who waits. Each figure stands beside its limit (docs/season.md).
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casework.actor import Actor, Origin
from casework.config import load_settings
from casework.garbage import settle
from casework.rules.season_check import check_season
from casework.rules.season_scenario import write_season
from casework.services.movements.allocation import allocate_in_steps
from casework.services.requests.queue import queue_page
from casework.services.requests.scoring import refresh_scores
from casework.services.season.loading import load_season
from casework.services.season.planning import make_plan
from casework.services.season.store import kept, new_plan, store_plan
from casework.services.setup import command_actor, initialise
from casework.services.users import actor_of, add_user
from casework.services.work import Database
from casework.vocabulary import EntryChannel, MovementKind, Role
from models.movement import Movement
from models.user import User

#: What a figure may be at most.
LIMITS = {
    "import_seconds": 60.0,
    "queue_page_ms": 15.0,
    "flight_seconds": 10.0,
    "flight_gap": 0.01,
    "season_seconds": 300.0,
    "season_gap": 0.02,
}
#: The plan has at least so many times the points of first come.
ABOVE_FIRST_COME = 1.05
PAGES = 20


def main() -> None:
    """Measure, and print one JSON value or a line per figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON value")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=13_000)
    options = parser.parse_args()
    settle()  # as every command does
    with tempfile.TemporaryDirectory() as folder:
        figures = _measured(Path(folder), options.seed, options.requests)
    figures["limits"] = _limits(figures)
    if options.json:
        print(json.dumps(figures, indent=1))
        return
    for name, value in figures.items():
        limit = figures["limits"].get(name)
        print(f"{name}: {value}" + (f" (limit {limit['limit']})" if limit else ""))


class _Stopwatch:
    """Seconds since it was made: by the clock, and of this process's own work.

    On a machine that others use as well, only the second tells how much there is to do.
    """

    def __init__(self) -> None:
        self._clock, self._work = time.perf_counter(), time.process_time()

    def read(self, name: str) -> dict[str, float]:
        return {
            f"{name}_seconds": round(time.perf_counter() - self._clock, 2),
            f"{name}_cpu_seconds": round(time.process_time() - self._work, 2),
        }


def _measured(folder: Path, seed: int, requests: int) -> dict[str, Any]:
    write_season(seed, folder / "season", requests=requests)
    database = initialise(load_settings({"CASEWORK_HOME": str(folder / "home")}))
    try:
        figures = _import(database, folder / "season")
        desk = _desk(database)
        refresh_scores(database)
        figures |= _queue(database, desk)
        figures |= _season(database)
        figures |= _flight(database)
    finally:
        database.close()
    return figures


def _import(database: Database, season: Path) -> dict[str, Any]:
    watch = _Stopwatch()
    loaded = load_season(database, command_actor(), season)
    return {
        **watch.read("import"),
        "requests": loaded.requests,
        "people": loaded.people,
        "rejected": loaded.rejected,
    }


def _desk(database: Database) -> Actor:
    """Somebody at the consular desk, who sees the whole queue."""
    with database.writing(command_actor()) as work:
        user = add_user(
            work, email="desk@example.org", role=Role.CONSULAR_DESK, organisation="MFA", name="Desk"
        )
    with database.reading(command_actor()) as work:
        found = work.session.get_one(User, user.id)
        return actor_of(work, found, Origin(EntryChannel.COMMAND))


def _queue(database: Database, desk: Actor) -> dict[str, Any]:
    """The median of reading a page of fifty with its members, page after page."""
    settle()  # as every worker does before it serves
    taken, after = [], None
    for _ in range(PAGES):
        began = time.perf_counter()
        with database.reading(desk) as work:
            page = queue_page(work, after=after)
        taken.append(1000 * (time.perf_counter() - began))
        after = page.after
    return {"queue_page_ms": round(statistics.median(taken), 2)}


def _flight(database: Database) -> dict[str, Any]:
    """The last flight from the country where most people wait: everybody was lodged by then."""
    with database.reading(command_actor()) as work:
        flights = work.session.scalars(
            select(Movement)
            .where(Movement.kind == MovementKind.CHARTER_FLIGHT)
            .order_by(Movement.departs_on)
        ).all()
        flight = [each for each in flights if "KR" in each.origin_countries][-1]
    watch = _Stopwatch()
    result = allocate_in_steps(database, command_actor(), flight.id)
    taken = watch.read("flight")
    proof = result.allocation.proof
    return {
        **taken,
        "flight_gap": round(proof.gap, 6) if proof else None,
        "flight_points": proof.objective if proof else None,
        "flight_bound": proof.bound if proof else None,
    }


def _season(database: Database) -> dict[str, Any]:
    watch = _Stopwatch()
    planned = make_plan(database, command_actor())
    taken = watch.read("season")
    with database.writing(command_actor()) as work:
        row = store_plan(work, new_plan(work), planned)
    taken |= watch.read("season_stored")
    with database.reading(command_actor()) as work:
        faults = check_season(*kept(work, row))
    plan = planned.plan
    return {
        **taken,
        "season_gap": round(plan.gap, 6),
        "season_points": plan.points,
        "bound": plan.bound,
        "first_come_points": plan.first_come_points,
        "greedy_points": plan.greedy_points,
        "season_faults": len(faults),
    }


def _limits(figures: dict[str, Any]) -> dict[str, Any]:
    found = {
        name: {"limit": limit, "kept": figures[name] is not None and figures[name] <= limit}
        for name, limit in LIMITS.items()
    }
    points = figures["season_points"]
    least = max(figures["greedy_points"], round(ABOVE_FIRST_COME * figures["first_come_points"]))
    found["season_points"] = {"limit": least, "kept": points >= least}
    return found


if __name__ == "__main__":
    main()
