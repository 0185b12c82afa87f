"""casework demo"""

import sys
from argparse import Namespace
from contextlib import closing
from typing import Any

from casework.config import Settings
from casework.services.demo.cast import ACCOUNTS, email_of
from casework.services.demo.run import run_demo
from casework.services.setup import initialise


def add_commands(commands: Any) -> None:
    """Add `demo`."""
    demo = commands.add_parser("demo", help="invented people at every stage, an account per role")
    demo.add_argument("--password", metavar="P", help="of every demo account; else made up")
    demo.add_argument("--requests", type=int, default=1000, metavar="N", help="people who ask")
    demo.set_defaults(run=run)


def run(options: Namespace, settings: Settings) -> int:
    """Make the demo and print its accounts, and only those, on standard output."""

    def say(what: str) -> None:
        print(f"  {what} …", file=sys.stderr, flush=True)

    with closing(initialise(settings)) as database:
        password = run_demo(database, options.requests, options.password, say)
    print("Demo accounts, all with the password", password)
    for role in ACCOUNTS:
        print(f"  {email_of(role)}")
    return 0
