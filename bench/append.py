"""Measure appending to the log on PostgreSQL, beside the same under one global lock.

    CASEWORK_DATABASE_URL=… CASEWORK_KEYSTORE_URL=… python -m bench.append [--hold 20]

The databases must be empty. Several processes each write and commit entries as fast as they can:
first as the product does (a queue, then a sequencer under a try-lock after the commit), then with
the chain extended inside the transaction, which must hold a lock until it commits. Each transaction
stays open for `--hold` milliseconds after its entry, as it does while it works on or its commit is
flushed to a disk. Prints one JSON object; the rate under the lock is the limit beside the figure.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import closing
from multiprocessing import get_context
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from audit import chain
from audit.record import Act
from casework.config import load_settings
from casework.services.log.whole import sequence_all
from casework.services.protection.verification import verify_log
from casework.services.setup import command_actor, initialise, open_database
from casework.vocabulary import Purpose

LOCK = 0x424E4348


def _append_under_lock(session: Session, entry_id: UUID, leaf: bytes) -> None:
    session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    chain._chain(session, [(entry_id, leaf)])


def append_for(environment: dict[str, str], seconds: float, hold: float, locked: bool) -> int:
    """Append until the time is over; how many entries were committed."""
    if locked:
        patch("audit.record.append", _append_under_lock).start()
        patch("casework.services.work.sequence", return_value=0).start()
    count = 0
    with closing(open_database(load_settings(environment))) as database:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            with database.writing(command_actor()) as unit:
                unit.record(Act("user.signed_out", Purpose.ADMINISTRATION))
                unit.session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": hold / 1000})
            count += 1
    return count


def rate(environment: dict[str, str], arguments: argparse.Namespace, *, locked: bool) -> int:
    """Entries a second of all processes together."""
    each = (environment, arguments.seconds, arguments.hold, locked)
    with get_context("spawn").Pool(arguments.processes) as pool:
        counts: list[int] = pool.starmap(append_for, [each] * arguments.processes)
    return int(sum(counts) / arguments.seconds)


def main() -> None:
    """Measure both ways and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--hold", type=float, default=20, help="milliseconds")
    parser.add_argument("--seconds", type=float, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "CASEWORK_HOME": home}
        settings = load_settings(environment)
        if settings.embedded:
            sys.exit("name empty PostgreSQL databases in CASEWORK_DATABASE_URL and _KEYSTORE_URL")
        with closing(initialise(settings)) as database:
            queued = rate(environment, arguments, locked=False)
            start = time.perf_counter()
            sequence_all(database)
            behind = time.perf_counter() - start
            locked = rate(environment, arguments, locked=True)
            result = verify_log(database)
    report = {
        "processes": arguments.processes,
        "hold_milliseconds": arguments.hold,
        "entries_a_second": queued,
        "entries_a_second_under_a_lock": locked,
        "ratio": round(queued / locked, 2),
        "seconds_to_sequence_the_rest": round(behind, 2),
        "entries": result.entries,
        "intact": result.intact,
    }
    json.dump(report, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
