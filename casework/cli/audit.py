"""casework audit verify"""

import json
from argparse import Namespace
from contextlib import closing
from typing import Any

from audit.problems import Problem, Verification
from casework.config import Settings
from casework.services.protection.verification import verify_log
from casework.services.setup import open_database

BROKEN = 1


def add_commands(commands: Any) -> None:
    """Add `audit verify`."""
    group = commands.add_parser("audit", help="the log of every act")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="prove that log and records were not altered")
    verify.add_argument("--json", action="store_true", help="one JSON value on standard output")
    verify.set_defaults(run=run_verify)


def run_verify(options: Namespace, settings: Settings) -> int:
    """Exit 0 when intact, 1 with the first bad entry named. Writes nothing to the log."""
    with closing(open_database(settings)) as database:
        result = verify_log(database)
    if options.json:
        print(json.dumps(as_json(result)))
    elif result.first is None:
        print(f"The log is intact: {result.entries} entries, {result.rows} rows.")
    else:
        print(f"The log is not intact ({len(result.problems)} problems). First: {result.first}")
    return 0 if result.intact else BROKEN


def as_json(result: Verification) -> dict[str, Any]:
    """{"intact", "entries", "rows", "problems", "first"}: `problems` is how many there are."""
    return {
        "intact": result.intact,
        "entries": result.entries,
        "rows": result.rows,
        "problems": len(result.problems),
        "first": _first(result.first) if result.first else None,
    }


def _first(problem: Problem) -> dict[str, Any]:
    return {
        "entry": str(problem.entry_id) if problem.entry_id else None,
        "position": problem.position,
        "what": problem.what,
        "row": problem.row,
    }
