"""The `casework` command."""

import argparse
import sys
from collections.abc import Sequence

from casework.cli import (
    audit,
    demo,
    keys,
    movements,
    organisations,
    people,
    policy,
    protection,
    requests,
    scenario,
    server,
    users,
)
from casework.config import load_settings
from casework.errors import CaseworkError
from casework.garbage import settle

AREAS = (
    server,
    keys,
    demo,
    organisations,
    users,
    scenario,
    requests,
    movements,
    people,
    policy,
    protection,
    audit,
)
FAILED = 2


def build_parser() -> argparse.ArgumentParser:
    """The parser of every command; each area adds its own."""
    parser = argparse.ArgumentParser(prog="casework", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for area in AREAS:
        area.add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code, 2 after an error that it names on standard error."""
    options = build_parser().parse_args(arguments)
    settle()
    try:
        code: int = options.run(options, load_settings())
    except CaseworkError as error:
        print(f"casework: {error}", file=sys.stderr)
        return FAILED
    return code
