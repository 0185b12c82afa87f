"""casework movements allocate, expire"""

import json
from argparse import Namespace
from contextlib import closing
from typing import Any

from casework.cli import season
from casework.config import Settings
from casework.errors import InvalidInput, NotFound
from casework.messages import N_
from casework.services.movements.allocation import Result, allocate_movement, find_movement
from casework.services.movements.offers import sweep_offers
from casework.services.requests.scoring import refresh_scores
from casework.services.setup import command_actor, open_database
from casework.services.work import Database


def add_commands(commands: Any) -> None:
    """Add `movements allocate` and `movements expire`."""
    group = commands.add_parser("movements", help="flights, convoys and their places")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    give = actions.add_parser("allocate", help="give out the seats and beds of a movement")
    give.add_argument("movement", metavar="MOVEMENT_ID", help="its id or its reference")
    give.add_argument("--json", action="store_true", help="one JSON value on standard output")
    give.set_defaults(run=run_allocate)
    expire = actions.add_parser("expire", help="end offers whose time is over")
    expire.add_argument("--json", action="store_true", help="one JSON value on standard output")
    expire.set_defaults(run=run_expire)
    season.add_actions(actions)


def run_allocate(options: Namespace, settings: Settings) -> int:
    """Give out the places and say how many households are in and out."""
    with closing(open_database(settings)) as database:
        refresh_scores(database)
        answer = _allocate(database, options.movement)
    if options.json:
        print(json.dumps(answer))
    else:
        print(
            "{movement}: {placed} households ({people_placed} people) have a place, "
            "{waiting} households ({people_waiting} people) wait on; {seconds} s.".format(**answer)
        )
    return 0


def _allocate(database: Database, movement_id: str) -> dict[str, Any]:
    with database.writing(command_actor()) as work:
        try:
            movement = find_movement(work, movement_id)
        except NotFound:
            raise InvalidInput(
                N_("There is no movement %(id)s."), "movement", id=movement_id
            ) from None
        result = allocate_movement(work, movement)
    return _answer(result, movement.reference)


def _answer(result: Result, reference: str) -> dict[str, Any]:
    return {
        "status": result.run.status,
        "movement": reference,
        "run": str(result.run.id),
        "placed": result.run.placed,
        "waiting": result.run.waiting,
        "people_placed": result.people_placed,
        "people_waiting": result.people_waiting,
        "seats_left": result.allocation.seats_left,
        "binding": [reason.value for reason in result.allocation.binding],
        "seconds": result.run.milliseconds / 1000,
    }


def run_expire(options: Namespace, settings: Settings) -> int:
    """End overdue offers and hold their places for the next in order."""
    with closing(open_database(settings)) as database:
        ended = sweep_offers(database)
    print(json.dumps({"people": ended}) if options.json else f"{ended} people")
    return 0
