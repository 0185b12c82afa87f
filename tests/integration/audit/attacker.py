"""Whoever alters the database by hand: holds its files or its superuser, but no key.

The attacker drops the triggers and puts them back, and is not held back by foreign keys.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete, insert, select, text

from audit import triggers
from audit.canonical import canonical
from audit.chain import leaf_of, link_of
from audit.problems import Problem, Verification
from audit.verify import verify
from casework.services.work import Database
from models.audit import AuditEntry, AuditLeaf, AuditSubject
from tests.postgresql import bare_connection

ENTRY: Any = AuditEntry.__table__
LEAF: Any = AuditLeaf.__table__
SUBJECT: Any = AuditSubject.__table__


@contextmanager
def attack(database: Database) -> Iterator[Connection]:
    """A transaction in which everything can be changed; it is undone at the end."""
    with bare_connection(database) as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _pragma(connection, "foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        triggers.remove(connection, triggers.TABLES)
        yield connection
        connection.rollback()
        if sqlite:
            _pragma(connection, "foreign_keys=ON")


def _pragma(connection: Connection, setting: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA {setting}")


def alter(database: Database, *statements: str) -> None:
    """An attack that stays: triggers dropped, `statements` run, triggers made again."""
    with attack(database) as connection:
        for statement in statements:
            connection.execute(text(statement))
        triggers.install(connection, triggers.TABLES)
        connection.commit()


def cutting(size: int) -> list[str]:
    """What takes away everything behind the first `size` entries, as if it had never been."""
    later = f"SELECT entry_id FROM audit_leaf WHERE position > {size}"
    return [
        f"DELETE FROM audit_subject WHERE entry_id IN ({later})",
        f"DELETE FROM audit_entry WHERE id IN ({later})",
        f"DELETE FROM audit_leaf WHERE position > {size}",
        f"DELETE FROM audit_checkpoint WHERE size > {size}",
        f"DELETE FROM audit_receipt WHERE size > {size}",
    ]


def cut_tail(database: Database, size: int) -> None:
    """Put an older database back, as far as the log goes."""
    alter(database, *cutting(size))


def forge(connection: Connection, position: int, change: dict[str, Any]) -> None:
    """Rewrite an entry together with all its copies; the chain is left to `chain_anew`."""
    entry = entries(connection)[position - 1]
    body = json.loads(entry.body) | change
    remove(connection, position)
    put(connection, position, body)


def remove(connection: Connection, position: int) -> None:
    """Take an entry out, with its index."""
    entry_id = entries(connection)[position - 1].id
    connection.execute(delete(SUBJECT).where(SUBJECT.c.entry_id == entry_id))
    connection.execute(delete(LEAF).where(LEAF.c.position == position))
    connection.execute(delete(ENTRY).where(ENTRY.c.id == entry_id))


def put(connection: Connection, position: int, body: dict[str, Any]) -> None:
    """Write an entry whose columns and index fit its body; its link is left to `chain_anew`."""
    data = canonical(body)
    ids = {"id": body["id"], "actor_id": body["actor"]["id"], "case_id": body["case"]}
    row: dict[str, Any] = {name: text and UUID(text) for name, text in ids.items()}
    row |= {"at": datetime.fromisoformat(body["at"]), "body": data, "leaf": leaf_of(data)}
    row |= {"event": body["event"], "outcome": body["outcome"]}
    connection.execute(insert(ENTRY).values(row))
    for subject in body["subjects"]:
        values = {"entry_id": row["id"], "subject_id": UUID(subject)}
        connection.execute(insert(SUBJECT).values(values))
    leaf = {"position": position, "entry_id": row["id"], "leaf": row["leaf"], "link": bytes(32)}
    connection.execute(insert(LEAF).values(leaf))


def chain_anew(connection: Connection) -> None:
    """Number what is left without a gap and reckon every link again."""
    kept = [
        dict(row) for row in connection.execute(LEAF.select().order_by(LEAF.c.position)).mappings()
    ]
    connection.execute(delete(LEAF))
    link = bytes(32)
    for position, leaf in enumerate(kept, start=1):
        link = link_of(link, leaf["leaf"])
        connection.execute(insert(LEAF).values(**leaf | {"position": position, "link": link}))


def verified(connection: Connection) -> Verification:
    """What verification finds, the triggers in place again."""
    triggers.install(connection, triggers.TABLES)
    found = verify(connection)
    triggers.remove(connection, triggers.TABLES)
    return found


def first(connection: Connection) -> Problem:
    """The first bad entry that verification names."""
    found = verified(connection)
    assert found.first is not None, "the attack was not noticed"
    return found.first


def entries(connection: Connection) -> list[Any]:
    """Position, id and body of each entry, in the order of the chain."""
    query = select(LEAF.c.position, ENTRY.c.id, ENTRY.c.body)
    query = query.join(ENTRY, ENTRY.c.id == LEAF.c.entry_id)
    return list(connection.execute(query.order_by(LEAF.c.position)))


def last_entries(connection: Connection) -> dict[tuple[str, str], UUID]:
    """For each row that the log knows, the last entry that names it."""
    return {
        (change[0], change[1]): entry.id
        for entry in entries(connection)
        for change in json.loads(entry.body)["rows"]
    }


def raw_rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """Rows exactly as the database stores them."""
    name = connection.dialect.identifier_preparer.format_table(table)
    return [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]


def set_raw(connection: Connection, table: Table, row_id: object, column: str, value: Any) -> None:
    """Write a stored value past every type of the product."""
    quote = connection.dialect.identifier_preparer.quote
    statement = f"UPDATE {quote(table.name)} SET {quote(column)} = :value WHERE {key(table)} = :id"
    connection.execute(text(statement), {"value": value, "id": row_id})


def key(table: Table) -> str:
    """The first column of the primary key."""
    return str(next(iter(table.primary_key)).name)
