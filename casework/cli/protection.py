"""casework protection drill"""

from argparse import Namespace
from contextlib import closing
from datetime import date
from typing import Any

from casework.config import Settings
from casework.services.protection.drills import record_drill
from casework.services.setup import command_actor, open_database
from casework.vocabulary import DrillOutcome


def add_commands(commands: Any) -> None:
    """Add `protection drill`."""
    group = commands.add_parser("protection", help="what the protection officer's evidence needs")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    drill = actions.add_parser("drill", help="write down that restoring a backup was tried")
    drill.add_argument("outcome", choices=["restored", "failed"], help="what came of it")
    drill.add_argument("--on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    drill.set_defaults(run=run_drill)


def run_drill(options: Namespace, settings: Settings) -> int:
    """Write a drill into the log, where the evidence reads it."""
    restored = options.outcome == "restored"
    outcome = DrillOutcome.RESTORED if restored else DrillOutcome.FAILED
    with (
        closing(open_database(settings)) as database,
        database.writing(command_actor()) as work,
    ):
        record_drill(work, options.on, outcome)
    print(f"Written down: on {options.on}, {options.outcome}.")
    return 0
