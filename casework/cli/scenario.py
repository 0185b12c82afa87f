"""casework scenario, scenario season, scenario load"""

import json
import sys
from argparse import Namespace
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from casework.cli.arguments import count, day
from casework.clock import today
from casework.config import Settings
from casework.errors import InvalidInput
from casework.messages import N_
from casework.rules.scenario import PUBLISHED_PEOPLE, write_scenario
from casework.rules.season_scenario import FIRST_DAY, write_season
from casework.services.season.loading import load_season
from casework.services.setup import command_actor, open_database

INCOMPLETE = 3


def add_commands(commands: Any) -> None:
    """Add `scenario`, `scenario season` and `scenario load`."""
    scenario = commands.add_parser("scenario", help="invented return requests, and whole seasons")
    scenario.add_argument("--requests", type=int, metavar="N", help="people")
    scenario.add_argument("--seed", type=int, metavar="S")
    scenario.add_argument("--out", type=Path, metavar="FILE")
    scenario.set_defaults(run=run_scenario)
    actions = scenario.add_subparsers(metavar="ACTION")
    season = actions.add_parser("season", help="write a season's four files (docs/season.md)")
    season.add_argument("--seed", type=int, required=True, metavar="S")
    season.add_argument("--out", type=Path, required=True, metavar="DIR")
    season.add_argument("--start", type=day, default=FIRST_DAY, metavar="DATE", help="first day")
    season.add_argument("--requests", type=count, default=PUBLISHED_PEOPLE, metavar="N")
    season.set_defaults(run=run_season)
    load = actions.add_parser("load", help="load a season's four files; twice changes nothing")
    load.add_argument("folder", type=Path, metavar="DIR")
    load.add_argument("--json", action="store_true", help="one JSON value on standard output")
    load.set_defaults(run=run_load)


def run_scenario(options: Namespace, _settings: Settings) -> int:
    """Write them, in the import format and the published proportions."""
    if options.requests is None or options.seed is None or options.out is None:
        raise InvalidInput(N_("Give --requests, --seed and --out; or season, or load."))
    try:
        with options.out.open("w", encoding="utf-8", newline="") as stream:
            write_scenario(options.requests, options.seed, today(), stream)
    except OSError as error:
        raise _cannot_open(error) from None
    return 0


def run_season(options: Namespace, _settings: Settings) -> int:
    """Write requests, movements, facilities and rooms."""
    start: date = options.start
    try:
        write_season(options.seed, options.out, start, options.requests)
    except OSError as error:
        raise _cannot_open(error) from None
    return 0


def run_load(options: Namespace, settings: Settings) -> int:
    """Exit 0 when all is in, 3 when something has to be mended."""
    with closing(open_database(settings)) as database:
        say = (lambda _: None) if options.json else print
        loaded = load_season(database, command_actor(), options.folder, say)
    for fault in loaded.faults:
        print(fault, file=sys.stderr)
    if options.json:
        print(json.dumps(loaded.counts()))
    else:
        print(
            f"{loaded.requests} requests ({loaded.people} people) imported, "
            f"{loaded.unchanged} lines unchanged, {loaded.rejected} rejected, "
            f"{loaded.duplicates} duplicates awaiting a decision."
        )
    return INCOMPLETE if loaded.faults else 0


def _cannot_open(error: OSError) -> InvalidInput:
    return InvalidInput(N_("A file cannot be opened: %(reason)s."), reason=error.strerror or "?")
