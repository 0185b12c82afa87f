"""casework people search"""

import json
from argparse import Namespace
from contextlib import closing
from typing import Any

from casework.actor import Actor, Origin
from casework.cli.arguments import count
from casework.config import Settings
from casework.errors import InvalidInput, Refused
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import record_read, record_refusal
from casework.services.names import load_names
from casework.services.people.search import LIMIT, Found, search_people
from casework.services.setup import command_actor, open_database
from casework.services.users import actor_of, find_user
from casework.services.work import Database
from casework.vocabulary import EntryChannel


def add_commands(commands: Any) -> None:
    """Add `people search`."""
    group = commands.add_parser("people", help="people")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    search = actions.add_parser("search", help="find people by name or number, as a user")
    search.add_argument("text", metavar="TEXT")
    search.add_argument("--as", dest="user", required=True, metavar="EMAIL")
    search.add_argument("--limit", type=count, default=LIMIT, metavar="N")
    search.add_argument("--json", action="store_true", help="one JSON value on standard output")
    search.set_defaults(run=run_search)


def run_search(options: Namespace, settings: Settings) -> int:
    """Search under the policy and the audit of that user."""
    with closing(open_database(settings)) as database:
        load_names(database)
        found = _search(database, options)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for each in found:
        print(f"{each['score']:.2f}  {each['request_ref']:<20} {each['name']}")
    return 0


def _search(database: Database, options: Namespace) -> list[dict[str, Any]]:
    actor = _actor(database, options.user)
    with closing(database.writer(actor)) as work:
        try:
            found = [_as_json(each) for each in search_people(work, options.text, options.limit)]
        except Refused:
            work.end()
            record_refusal(database, actor, Permission.PERSON_SEARCH, "", "")
            raise InvalidInput(N_("This user may not search for people."), "as") from None
        work.commit()
        record_read(work, "people.search", Permission.PERSON_SEARCH, None)
    return found


def _actor(database: Database, email: str) -> Actor:
    with database.reading(command_actor()) as work:
        user = find_user(work, email)
        if user is None or not user.active:
            raise InvalidInput(N_("There is no active account with this e-mail address."), "as")
        return actor_of(work, user, Origin(EntryChannel.COMMAND))


def _as_json(found: Found) -> dict[str, Any]:
    return {
        "name": found.person.full_name,
        "latin_name": found.latin_name,
        "request_ref": found.request_ref,
        "score": found.score,
    }
