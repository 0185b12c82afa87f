"""The whole demo, stage by stage; run again, it finishes what is missing."""

from collections.abc import Callable

from sqlalchemy import func, select

from casework.services.demo.arrivals import ask_arrivals
from casework.services.demo.cases import add_budget_lines, take_in_walk_ins, walk_cases
from casework.services.demo.cast import Cast, add_cast
from casework.services.demo.movements import add_facilities, run_movements
from casework.services.demo.referrals import add_directory, refer
from casework.services.demo.requests import import_scenario
from casework.services.setup import command_actor
from casework.services.work import Database
from models.case import Case

CASES = 300
REFERRED = 60


def run_demo(
    database: Database, people: int, password: str | None, say: Callable[[str], None]
) -> str:
    """Make the demo's accounts and data; returns the password of the accounts.

    `people` is how many have asked to come home; `say` is told what goes on.
    """
    say("organisations and accounts")
    cast, chosen = add_cast(database, password)
    add_facilities(database, cast)
    add_budget_lines(database, cast)
    add_directory(database, cast)
    say(f"{people} people ask to come home")
    import_scenario(database, cast, people)
    say("three movements")
    run_movements(database, cast)
    if not _has_cases(database):
        say(f"{CASES} cases")
        _make_cases(database, cast)
    return chosen


def _has_cases(database: Database) -> bool:
    with database.reading(command_actor()) as work:
        return bool(work.session.scalar(select(func.count()).select_from(Case)))


def _make_cases(database: Database, cast: Cast) -> None:
    opened = ask_arrivals(database, cast)
    opened += take_in_walk_ins(database, cast, max(0, CASES - len(opened)))
    active = walk_cases(database, cast, opened[:CASES])
    refer(database, cast, active[:REFERRED])
