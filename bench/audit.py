"""Measure verification of the log. Prints one JSON object.

    python -m bench.audit [--entries 1000000] [--rows 200000]

The log of a new installation, in a temporary folder or in the empty PostgreSQL databases that the
CASEWORK_ variables name. Entries and rows are put into the tables directly, chained as the product
chains them: reads of three cells, and every fifth entry the writing of a note, until all rows are
written. The limit beside the figure is what this machine needs to hash each body and parse it, and
nothing else; on a shared machine compare processor seconds.
"""

import argparse
import json
import os
import resource
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select
from uuid_utils.compat import uuid7

from audit import offline_verifier
from audit.canonical import canonical, moment, row_digest
from audit.chain import leaf_of, link_of
from audit.record import Act
from casework.clock import now
from casework.config import load_settings
from casework.services.log.anchoring import anchor_log
from casework.services.log.export import export_log
from casework.services.log.whole import sequence_all
from casework.services.protection.verification import verify_log
from casework.services.setup import command_actor, initialise
from casework.services.users import add_user
from casework.services.work import Database
from casework.vocabulary import Purpose, Role
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
        entry_id, self.at = uuid7(), self.at + timedelta(microseconds=50)
        rows, cells = ([self._note()], ["note.text"]) if writes else ([], CELLS)
        subject = self.subject if writes else UUID(int=self.random.getrandbits(128))
        worker = str(self.worker)
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
                "where": {"channel": "web", "session": worker, "net": "0" * 32},
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
    with database.writing(command_actor()) as work:
        worker = add_user(
            work,
            email="bench@demo.example",
            role=Role.CASEWORKER,
            organisation="IOM",
            cleared=False,
            name="Bench",
            password=secrets.token_urlsafe(),
        )
        subject = work.session.scalars(select(Organisation.subject_id).limit(1)).one()
    sequence_all(database)
    with database.writing(command_actor()) as work:
        newest = select(AuditLeaf).order_by(AuditLeaf.id.desc()).limit(1)
        last = work.session.scalars(newest).one()
        growing = Growing(last.id, last.link, now(), worker.id, subject)
        connection = work.session.connection()
        for number in range(entries - last.id):
            growing.add(writes=number % 5 == 0 and number < 5 * rows)
            if not number % BATCH:
                growing.flush(connection)
        growing.flush(connection)


def _floor_seconds(export: Path) -> float:
    """Parsing and hashing each body, without reading them."""
    seconds = 0.0
    with export.open("rb") as file:
        for body in file:
            start = time.process_time()
            sha256(body)
            json.loads(body)
            seconds += time.process_time() - start
    return seconds


def timed(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """What `act` gives, and its seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    found = act()
    return found, time.perf_counter() - clock, time.process_time() - processor


def measure(database: Database, folder: Path) -> dict[str, object]:
    """Every figure but the filling."""
    anchor = folder / "anchor.log"
    database.settings = replace(database.settings, anchors=(f"file:{anchor}",))
    _, first_checkpoint, _ = timed(lambda: anchor_log(database))
    with database.writing(command_actor()) as work:
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    _, next_checkpoint, _ = timed(lambda: anchor_log(database))
    _, export_seconds, _ = timed(lambda: export_log(database, folder / "export"))
    result, seconds, processor = timed(lambda: verify_log(database))
    arguments = [str(folder / "export"), str(anchor), "--json"]
    with redirect_stdout(StringIO()):
        code, offline_seconds, _ = timed(lambda: offline_verifier.main(arguments))
    floor = _floor_seconds(folder / "export")
    return {
        "entries": result.entries,
        "rows": result.rows,
        "intact": result.intact and code == 0,
        "verify_seconds": round(seconds, 1),
        "verify_limit_seconds": 20,
        "verify_processor_seconds": round(processor, 1),
        "entries_a_second": round(result.entries / seconds),
        "parse_and_hash_seconds": round(floor, 1),
        "ratio_to_parse_and_hash": round(processor / floor, 2),
        "first_checkpoint_seconds": round(first_checkpoint, 2),
        "next_checkpoint_seconds": round(next_checkpoint, 3),
        "export_seconds": round(export_seconds, 1),
        "offline_verifier_seconds": round(offline_seconds, 1),
    }


def main() -> None:
    """Fill a new installation, measure, and print what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=200_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        settings = load_settings({**os.environ, "CASEWORK_HOME": f"{name}/home"})
        with closing(initialise(settings)) as database:
            _, filled, _ = timed(lambda: fill(database, arguments.entries, arguments.rows))
            report = {"database": database.engine.dialect.name, **measure(database, Path(name))}
    report["fill_seconds"] = round(filled)
    report["megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    json.dump(report, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
