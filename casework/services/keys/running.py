"""What every rotation has in common: one at a time, written down first, able to go on."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from audit.record import Act
from casework.crypto.rotations import Rotation, alone, begin, finish, unfinished
from casework.errors import Conflict
from casework.messages import N_
from casework.services.setup import command_actor
from casework.services.work import KEYS_LOCK, Database, Work
from casework.vocabulary import Purpose, RotationKind

#: The longest a request may take (gunicorn's timeout): after it nobody holds what was read before.
SETTLE_SECONDS = 120
PATIENCE_SECONDS = 60

COMMANDS = {
    RotationKind.ROOT: "rotate root",
    RotationKind.DOMAIN: "rotate domain",
    RotationKind.DATA: "rotate data",
    RotationKind.EPOCH: "rewrap-epoch",
}


def note(database: Database, event: str, facts: dict[str, Any]) -> None:
    """Write an act on keys into the log, in a transaction of its own."""
    with database.writing(command_actor()) as work:
        work.record(Act(event, Purpose.ADMINISTRATION, facts=facts))


@contextmanager
def renewing(
    database: Database, kind: RotationKind, plan: Callable[[], dict[str, Any]]
) -> Iterator[Rotation]:
    """The interrupted rotation of this kind, or a new one; it is finished when the body ends.

    Raises Conflict while another process rotates, or when a rotation of another kind must be
    finished first.
    """
    store = database.keystore
    with alone(store):
        found = unfinished(store)
        if found is not None and found.kind is not kind:
            raise Conflict(
                N_("A rotation was interrupted. Finish it first: casework keys %(command)s"),
                command=COMMANDS[found.kind],
            )
        if found is None:
            made = plan()
            note(database, "keys.rotation_started", {"kind": kind.value})
            found = begin(store, kind, made)
        database.keyring.notice()
        yield found
        finish(store, found)


@contextmanager
def writing_alone(database: Database) -> Iterator[Work]:
    """Change data while no other unit of work changes any, for a moment.

    Requests wait for at most a quarter of a second; if some unit of work holds on to its
    transaction for a minute, Conflict.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        work = database.writer(command_actor())
        try:
            if _others_have_ended(work):
                yield work
                work.commit()
                return
        finally:
            work.close()
        if time.monotonic() > deadline:
            raise Conflict(
                N_("Somebody has been saving for a minute. Run the command again: it goes on.")
            )
        time.sleep(0.05)


def _others_have_ended(work: Work) -> bool:
    if work.session.connection().dialect.name == "sqlite":
        return True  # the one write lock is held from the first statement
    work.session.execute(text("SET LOCAL lock_timeout = '250ms'"))
    try:
        work.session.execute(text(f"SELECT pg_advisory_xact_lock({KEYS_LOCK})"))
    except OperationalError:
        return False
    work.session.execute(text("SET LOCAL lock_timeout = 0"))
    return True
