"""The log as the database stores it, in the order of its positions, in parts.

SQLite keeps any value in any column, and a value spelt otherwise (an id in capitals) still reads
the same but no longer matches a query: that is an alteration too. PostgreSQL keeps types.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

PART = 5_000

_COLUMNS = (
    "l.position, {l.entry_id}, l.leaf, l.link, {e.id}, {e.at}, {e.actor_id}, e.event, e.outcome, "
    "{e.case_id}, e.body, e.leaf"
)
_LOG = (
    "SELECT %s FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id "
    "WHERE l.position > %d ORDER BY l.position LIMIT %d"
)
_INDEX = (
    "SELECT l.position, %s FROM audit_leaf l JOIN audit_subject s ON s.entry_id = l.entry_id "
    "WHERE l.position > %d AND l.position <= %d"
)


class Stored(NamedTuple):
    """A leaf with its entry, as stored; all of the entry is None when it is gone."""

    position: int
    entry_id: Any
    leaf: Any
    link: Any
    id: Any
    at: Any
    actor_id: Any
    event: Any
    outcome: Any
    case_id: Any
    body: Any
    own_leaf: Any


@dataclass(frozen=True)
class Spelling:
    """How a database hands over ids and moments: what it selects, and how it spells a body's."""

    selected: Callable[[str], str]
    moment: Callable[[str], str]
    id: Callable[[str], str]


def _cast(column: str) -> str:
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
        return Spelling(
            _same, lambda at: f"{at[:10]} {at[11:-1]}", lambda id_: id_.replace("-", "")
        )
    return Spelling(_cast, _same, _same)


def _columns(how: Spelling) -> str:
    return re.sub(r"\{(.*?)\}", lambda found: how.selected(found[1]), _COLUMNS)


def _fetched(connection: Connection, statement: str) -> list[Any]:
    """Rows as the driver gives them, within the connection's transaction."""
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def log_parts(connection: Connection, how: Spelling, after: int = 0) -> Iterator[list[Stored]]:
    """Leaves and entries behind position `after`, a few thousand at a time."""
    while True:
        statement = _LOG % (_columns(how), after, PART)
        part = list(map(Stored._make, _fetched(connection, statement)))
        if part:
            yield part
            after = part[-1].position
        if len(part) < PART:
            return


def subjects_of(
    connection: Connection, how: Spelling, part: Sequence[Stored]
) -> dict[int, set[str]]:
    """Position to subjects in the index, as stored, of the entries of `part`."""
    found: dict[int, set[str]] = {}
    column = how.selected("s.subject_id")
    statement = _INDEX % (column, part[0].position - 1, part[-1].position)
    for position, subject in _fetched(connection, statement):
        found.setdefault(position, set()).add(subject)
    return found
