"""casework user add"""

from argparse import Namespace
from contextlib import closing
from typing import Any

from casework.config import Settings
from casework.services.setup import command_actor, open_database
from casework.services.sign_in.invitations import invite
from casework.services.users import add_user
from casework.vocabulary import InvitationPurpose, Role


def add_commands(commands: Any) -> None:
    """Add `user add`."""
    group = commands.add_parser("user", help="accounts")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an account and print its one-time link")
    add.add_argument("email")
    add.add_argument("--role", type=Role, choices=list(Role), required=True)
    add.add_argument("--organisation", required=True, metavar="CODE")
    add.add_argument("--cleared", action="store_true", help="may open the trafficking compartment")
    add.set_defaults(run=run_add)


def run_add(options: Namespace, settings: Settings) -> int:
    """Add an account; print the link that its user chooses a password with, once."""
    with (
        closing(open_database(settings)) as database,
        database.writing(command_actor()) as work,
    ):
        user = add_user(
            work,
            email=options.email,
            role=options.role,
            organisation=options.organisation,
            cleared=options.cleared,
        )
        invited = invite(work, user, InvitationPurpose.WELCOME)
    print(invited.link(settings.address))
    print(f"  code {invited.code}, once, until {invited.until:%Y-%m-%d %H:%M} UTC")
    return 0
