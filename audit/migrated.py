"""Binding rows again whose columns a migration changed: their digests cover every column."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, inspect, select
from sqlalchemy.orm import Session

from audit.canonical import row_digest
from audit.record import Act, record
from audit.rows import CHANGED, RowChange, audited_tables
from audit.stored import StoredColumns
from casework.actor import Actor, Origin
from casework.vocabulary import ActorKind, EntryChannel, Purpose, RowOp


def account_for_migration(connection: Connection, table: str, revision: str) -> None:
    """One entry for every row of `table` as it is stored now, in the migration's transaction.

    To be called by a migration, up or down, that added or took away columns of an audited table.
    """
    changes = {(table, change.id): change for change in _changes(connection, table)}
    if not changes:
        return
    with Session(connection) as session:
        session.info[CHANGED] = changes
        actor = Actor(ActorKind.COMMAND, Origin(EntryChannel.COMMAND))
        facts = {"table": table, "revision": revision}
        record(session, actor, Act("system.migrated", Purpose.ADMINISTRATION, facts=facts))


def _changes(connection: Connection, table: str) -> Iterator[RowChange]:
    present = {str(column["name"]) for column in inspect(connection).get_columns(table)}
    known = [column for column in audited_tables()[table].columns if column.name in present]
    columns = StoredColumns(connection.dialect, known)
    for row in connection.execute(select(*columns.selected())):
        values: dict[str, Any] = columns.values(row)
        yield RowChange(
            table,
            values["id"],
            values["version"],
            RowOp.UPDATE,
            row_digest(values),
            values.get("subject_id"),
            (),
        )
