"""Measure verification of the log. Prints one JSON object.

    python -m bench.audit [--entries 1000000] [--rows 200000]

Entries and rows are put into the tables directly, chained as the product chains them: reads of
three cells, and every fifth entry the writing of a note, until all rows are written. The limit
beside the figure is what this machine needs to hash each body and parse it, and nothing else.
CASEWORK_DATABASE_URL and CASEWORK_KEYSTORE_URL may name empty PostgreSQL databases.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, insert, select
from uuid_utils.compat import uuid7

from audit.canonical import canonical, moment, row_digest
from audit.chain import leaf_of, link_of
from audit.verify import verify
from casework.clock import now
from casework.config import load_settings
from casework.services.setup import initialise
from casework.services.work import Database
from models.audit import AuditEntry, AuditLeaf, AuditSubject
from models.case import Note
from models.organisation import Organisation

BATCH = 10_000
TABLES: tuple[Any, ...] = tuple(
    model.__table__ for model in (AuditEntry, AuditLeaf, AuditSubject, Note)
)
CELLS = ["person.birth_date", "person.family_name", "person.given_name"]


@dataclass
class Growing:
    """The log's head while entries are added to it, and rows for `TABLES`."""

    position: int
    link: bytes
    at: datetime
    worker: UUID
    subject: UUID
    random: Random = field(default_factory=lambda: Random(7))
    pending: tuple[list[dict[str, Any]], ...] = field(default_factory=lambda: ([], [], [], []))

    def add(self, *, writes: bool) -> None:
        """One entry; a write has a note of its own."""
        entry_id, self.at = uuid7(), self.at + timedelta(milliseconds=40)
        rows, cells = ([self._note()], ["note.text"]) if writes else ([], CELLS)
        subject = self.subject if writes else UUID(int=self.random.getrandbits(128))
        event = "note.written" if writes else "personal_data.read"
        body = canonical(
            {
                "v": 1,
                "id": str(entry_id),
                "at": moment(self.at),
                "actor": {
                    "kind": "user",
                    "id": str(self.worker),
                    "role": "caseworker",
                    "org": None,
                },
                "event": event,
                "permission": "case:edit" if writes else "case:read",
                "purpose": "case_management",
                "outcome": "done",
                "where": {"channel": "web", "session": str(self.worker), "net": "0" * 32},
                "subjects": [str(subject)],
                "case": None,
                "cells": cells,
                "rows": rows,
                "facts": {} if writes else {"page": "people.show"},
                "cause": None,
                "request": f"{self.random.getrandbits(128):032x}",
            }
        )
        leaf = leaf_of(body)
        self.position, self.link = self.position + 1, link_of(self.link, leaf)
        entry = {"id": entry_id, "at": self.at, "actor_id": self.worker, "case_id": None}
        entry |= {"event": event, "outcome": "done", "body": body, "leaf": leaf}
        self.pending[0].append(entry)
        chained = {"position": self.position, "entry_id": entry_id, "leaf": leaf, "link": self.link}
        self.pending[1].append(chained)
        self.pending[2].append({"entry_id": entry_id, "subject_id": subject})

    def _note(self) -> list[Any]:
        values = {column.name: None for column in TABLES[3].columns} | {
            "id": uuid7(),
            "version": 1,
            "subject_id": self.subject,
            "written_by_id": self.worker,
            "written_at": self.at,
            "text": b"\x01" + self.random.randbytes(95),
        }
        self.pending[3].append(values)
        return ["note", str(values["id"]), 1, "insert", row_digest(values)]

    def flush(self, connection: Connection) -> None:
        """Write what is pending."""
        for table, rows in zip(TABLES, self.pending, strict=True):
            if rows:
                connection.execute(insert(table), rows)
            rows.clear()


def fill(database: Database, entries: int, rows: int) -> None:
    """Add entries to the log of a new installation, and the rows that they tell of."""
    engine = database.engine
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        last = connection.execute(
            select(AuditLeaf.id, AuditLeaf.link).order_by(AuditLeaf.id.desc()).limit(1)
        ).one()
        subject = connection.scalar(select(Organisation.subject_id).limit(1))
    assert subject is not None
    growing = Growing(last.position, last.link, now(), uuid4(), subject)
    off = "PRAGMA foreign_keys=OFF" if sqlite else "SET session_replication_role = replica"
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(off)
        connection.execution_options(begin="IMMEDIATE")
        for number in range(entries - last.position):
            growing.add(writes=number % 5 == 0 and number < 5 * rows)
            if not number % BATCH:
                growing.flush(connection)
        growing.flush(connection)
        connection.commit()


def _bodies(database: Database) -> Iterator[bytes]:
    with database.engine.connect() as connection:
        statement = select(AuditEntry.body).execution_options(yield_per=BATCH)
        yield from connection.scalars(statement)


def _floor_seconds(database: Database) -> float:
    """Parsing and hashing each body, without reading them."""
    seconds = 0.0
    for body in _bodies(database):
        start = time.perf_counter()
        sha256(body)
        json.loads(body)
        seconds += time.perf_counter() - start
    return seconds


def main() -> None:
    """Fill a new installation, verify it, and print what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=200_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"CASEWORK_HOME": str(Path(folder) / "home")})
        database = initialise(settings)
        start = time.perf_counter()
        fill(database, arguments.entries, arguments.rows)
        filled = time.perf_counter() - start
        floor = _floor_seconds(database)
        start = time.perf_counter()
        with database.engine.connect() as connection:
            result = verify(connection)
        seconds = time.perf_counter() - start
        database.close()
    report = {
        "database": database.engine.dialect.name,
        "entries": result.entries,
        "rows": result.rows,
        "intact": result.intact,
        "seconds": round(seconds, 1),
        "limit_seconds": 20,
        "entries_a_second": round(result.entries / seconds),
        "parse_and_hash_seconds": round(floor, 1),
        "ratio": round(seconds / floor, 2),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "fill_seconds": round(filled),
    }
    json.dump(report, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
