"""casework scenario"""

from argparse import Namespace
from pathlib import Path
from typing import Any

from casework.clock import today
from casework.config import Settings
from casework.errors import InvalidInput
from casework.messages import N_
from casework.rules.scenario import write_scenario


def add_commands(commands: Any) -> None:
    """Add `scenario`."""
    scenario = commands.add_parser("scenario", help="write invented return requests to a file")
    scenario.add_argument("--requests", type=int, required=True, metavar="N", help="people")
    scenario.add_argument("--seed", type=int, required=True, metavar="S")
    scenario.add_argument("--out", type=Path, required=True, metavar="FILE")
    scenario.set_defaults(run=run_scenario)


def run_scenario(options: Namespace, _settings: Settings) -> int:
    """Write them, in the import format and the published proportions."""
    try:
        with options.out.open("w", encoding="utf-8", newline="") as stream:
            write_scenario(options.requests, options.seed, today(), stream)
    except OSError as error:
        raise InvalidInput(
            N_("A file cannot be opened: %(reason)s."), reason=error.strerror or "?"
        ) from None
    return 0
