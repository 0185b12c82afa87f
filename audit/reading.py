"""The log as the database stores it, in the order of its positions, in parts.

SQLite keeps any value in any column, and a value spelt otherwise (an id in capitals) still reads
the same but no longer matches a query: that is an alteration too. PostgreSQL keeps types.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

PART = 5_000

_LOG = (
    "SELECT l.position, {l.entry_id}, l.leaf, l.link, {e.at}, {e.actor_id}, e.event, e.outcome, "
    "{e.case_id}, e.body, e.leaf, "
    "(SELECT {subjects} FROM audit_subject s WHERE s.entry_id = l.entry_id) "
    "FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id "
    "WHERE l.position > %d ORDER BY l.position LIMIT %d"
)


class Stored(NamedTuple):
    """A leaf with its entry, as stored; all of the entry is None when it is gone.

    `subjects` are those of the index, separated by commas, in any order; None for none.
    """

    position: int
    entry_id: Any
    leaf: Any
    link: Any
    at: Any
    actor_id: Any
    event: Any
    outcome: Any
    case_id: Any
    body: Any
    own_leaf: Any
    subjects: Any


@dataclass(frozen=True)
class Spelling:
    """How a database hands over ids and moments: what it selects, and how it spells a body's."""

    selected: Callable[[str], str]
    moment: Callable[[str], str]
    id: Callable[[str], str]


def _of_sqlite(column: str) -> str:
    return "group_concat(subject_id)" if column == "subjects" else column


def _of_postgresql(column: str) -> str:
    if column == "subjects":
        return "string_agg(subject_id::text, ',' ORDER BY subject_id)"
    if column == "e.at":
        return "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    return f"{column}::text"


def _same(text: str) -> str:
    return text


def _without_zone(at: str) -> str:
    return f"{at[:10]} {at[11:-1]}"


def _without_dashes(text: str) -> str:
    return text.replace("-", "")


def spelling(connection: Connection) -> Spelling:
    """The spelling of this database."""
    if connection.dialect.name == "sqlite":
        return Spelling(_of_sqlite, _without_zone, _without_dashes)
    return Spelling(_of_postgresql, _same, _same)


def _fetched(connection: Connection, statement: str) -> list[Any]:
    """Rows as the driver gives them, within the connection's transaction."""
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def log_parts(connection: Connection, how: Spelling, after: int = 0) -> Iterator[list[Stored]]:
    """Leaves and entries behind position `after`, a few thousand at a time."""
    columns = re.sub(r"\{(.*?)\}", lambda found: how.selected(found[1]), _LOG)
    while True:
        part = list(map(Stored._make, _fetched(connection, columns % (after, PART))))
        if part:
            yield part
            after = part[-1].position
        if len(part) < PART:
            return
