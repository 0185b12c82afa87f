"""casework organisation add"""

from argparse import Namespace
from contextlib import closing
from typing import Any

from casework.config import Settings
from casework.services.organisations import add_organisation
from casework.services.setup import command_actor, open_database
from casework.vocabulary import OrganisationKind


def add_commands(commands: Any) -> None:
    """Add `organisation add`."""
    group = commands.add_parser("organisation", help="organisations that take part")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", help="register an organisation")
    add.add_argument("code")
    add.add_argument("--kind", type=OrganisationKind, choices=list(OrganisationKind), required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--country")
    add.set_defaults(run=run_add)


def run_add(options: Namespace, settings: Settings) -> int:
    """Register an organisation."""
    with (
        closing(open_database(settings)) as database,
        database.writing(command_actor()) as work,
    ):
        add_organisation(
            work,
            code=options.code,
            kind=options.kind,
            name=options.name,
            country=options.country,
        )
    return 0
