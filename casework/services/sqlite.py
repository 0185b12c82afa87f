"""SQLite as the embedded database: transactions, durability, and versions that lose commits."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event

#: WAL of 3.7.0 to 3.51.2 can lose acknowledged commits; these are the fixed lines.
FIXED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
WITHDRAWN = (3, 52, 0)


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite keeps every acknowledged commit in WAL mode."""
    if version == WITHDRAWN:
        return False
    return version >= FIXED[-1] or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in FIXED
    )


def journal_mode() -> str:
    """`WAL` where this SQLite is safe with it, else `DELETE`."""
    return "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "DELETE"


def _connected(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    mode = journal_mode()
    for pragma in (
        "foreign_keys=ON",
        f"journal_mode={mode}",
        f"synchronous={'FULL' if mode == 'WAL' else 'EXTRA'}",
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def tune_sqlite(engine: Engine) -> Engine:
    """Set pragmas on each connection and begin transactions ourselves, IMMEDIATE when writing."""
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)
    return engine
