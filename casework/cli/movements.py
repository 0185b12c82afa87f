"""casework movements allocate, expire"""

import json
import time
from argparse import Namespace
from contextlib import closing
from typing import Any
from uuid import UUID

from casework.cli import season
from casework.config import Settings
from casework.errors import InvalidInput, NotFound
from casework.messages import N_
from casework.services.movements.allocation import allocate_in_steps, find_movement
from casework.services.movements.offers import sweep_offers
from casework.services.movements.what_if import (
    Changes,
    compare,
    read_changes,
    references_of,
    summary,
)
from casework.services.requests.scoring import refresh_scores
from casework.services.setup import command_actor, open_database
from casework.services.work import Database


def add_commands(commands: Any) -> None:
    """Add `movements allocate` and `movements expire`."""
    group = commands.add_parser("movements", help="flights, convoys and their places")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    give = actions.add_parser("allocate", help="give out the seats and beds of a movement")
    give.add_argument("movement", metavar="MOVEMENT_ID", help="its id or its reference")
    give.add_argument(
        "--what-if",
        nargs="+",
        default=[],
        metavar="CHANGE",
        help="solve on a copy: seats=+40 departs=+3 without=CODE rooms=CODE:-10 accessible=+5",
    )
    give.add_argument("--json", action="store_true", help="one JSON value on standard output")
    give.set_defaults(run=run_allocate)
    expire = actions.add_parser("expire", help="end offers whose time is over")
    expire.add_argument("--json", action="store_true", help="one JSON value on standard output")
    expire.set_defaults(run=run_expire)
    season.add_actions(actions)


def run_allocate(options: Namespace, settings: Settings) -> int:
    """Give out the places, or with --what-if only say what would come of it."""
    changes = read_changes(options.what_if)
    with closing(open_database(settings)) as database:
        refresh_scores(database)
        movement_id, reference = _find(database, options.movement)
        if options.what_if:
            answer = _compare(database, movement_id, changes)
        else:
            answer = _allocate(database, movement_id)
    answer = {"movement": reference, **answer}
    print(json.dumps(answer) if options.json else _in_words(answer))
    return 0


def _find(database: Database, movement_id: str) -> tuple[UUID, str]:
    with database.reading(command_actor()) as work:
        try:
            movement = find_movement(work, movement_id)
        except NotFound:
            raise InvalidInput(
                N_("There is no movement %(id)s."), "movement", id=movement_id
            ) from None
        return movement.id, movement.reference


def _allocate(database: Database, movement_id: UUID) -> dict[str, Any]:
    result = allocate_in_steps(database, command_actor(), movement_id)
    seconds = result.run.milliseconds / 1000
    return {"run": str(result.run.id), **_figures(summary(result.allocation), seconds)}


def _compare(database: Database, movement_id: UUID, changes: Changes) -> dict[str, Any]:
    started = time.perf_counter()
    compared = compare(database, command_actor(), movement_id, changes)
    seconds = round(time.perf_counter() - started, 3)
    with database.reading(command_actor()) as work:
        references = references_of(work, [*compared.moved_in, *compared.moved_out])
    return {
        "what_if": changes.words(),
        **_figures(summary(compared.after), seconds),
        "before": _figures(summary(compared.before), seconds),
        "moved_in": [references[request_id] for request_id in compared.moved_in],
        "moved_out": [references[request_id] for request_id in compared.moved_out],
        "groups": [list(group) for group in compared.groups],
    }


def _figures(told: dict[str, Any], seconds: float) -> dict[str, Any]:
    """A summary with its gap as a share and the seconds it took."""
    gap = told.pop("gap_ppm", 0) / 1_000_000
    return told | {"gap": gap, "seconds": seconds}


def _in_words(answer: dict[str, Any]) -> str:
    return (
        "{movement}: {placed} households ({people_placed} people) have a place, "
        "{waiting} households ({people_waiting} people) wait on; {objective} points of at most "
        "{bound}; {seconds} s.".format(**answer)
    )


def run_expire(options: Namespace, settings: Settings) -> int:
    """End overdue offers and hold their places for the next in order."""
    with closing(open_database(settings)) as database:
        ended = sweep_offers(database)
    print(json.dumps({"people": ended}) if options.json else f"{ended} people")
    return 0
