"""casework user add"""

from argparse import Namespace
from contextlib import closing
from typing import Any

from casework.config import Settings
from casework.services.setup import command_actor, open_database
from casework.services.users import add_user
from casework.vocabulary import Role


def add_commands(commands: Any) -> None:
    """Add `user add`."""
    group = commands.add_parser("user", help="accounts")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an account")
    add.add_argument("email")
    add.add_argument("--role", type=Role, choices=list(Role), required=True)
    add.add_argument("--organisation", required=True, metavar="CODE")
    add.add_argument("--cleared", action="store_true", help="may open the trafficking compartment")
    add.add_argument("--password")
    add.set_defaults(run=run_add)


def run_add(options: Namespace, settings: Settings) -> int:
    """Add an account."""
    with (
        closing(open_database(settings)) as database,
        database.writing(command_actor()) as work,
    ):
        add_user(
            work,
            email=options.email,
            role=options.role,
            organisation=options.organisation,
            cleared=options.cleared,
            password=options.password,
        )
    return 0
