"""What rotations run, ran, or were interrupted: written in the key store itself."""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from uuid_utils.compat import uuid7

from casework.crypto.key_tables import rotation
from casework.crypto.keystore import KeyStore
from casework.errors import Conflict
from casework.messages import N_
from casework.vocabulary import RotationKind

ROTATION_LOCK = 0x524F5441


@dataclass(frozen=True)
class Rotation:
    """One rotation. Its plan says what it leads to, so that it can go on after any interruption;
    times are seconds since 1970 UTC.
    """

    id: UUID
    kind: RotationKind
    plan: dict[str, Any]
    started_at: int
    finished_at: int | None


def rotations(store: KeyStore) -> list[Rotation]:
    """Every rotation, oldest first."""
    statement = select(rotation).order_by(rotation.c.started_at, rotation.c.id)
    with store.engine.connect() as connection:
        return [
            Rotation(
                row.id,
                RotationKind(row.kind),
                json.loads(row.plan),
                row.started_at,
                row.finished_at,
            )
            for row in connection.execute(statement)
        ]


def unfinished(store: KeyStore) -> Rotation | None:
    """The rotation that was interrupted, if there is one."""
    return next((found for found in rotations(store) if found.finished_at is None), None)


def begin(store: KeyStore, kind: RotationKind, plan: dict[str, Any]) -> Rotation:
    """Write down a rotation before its first step."""
    made = Rotation(uuid7(), kind, plan, int(time.time()), None)
    with store.changing() as connection:
        connection.execute(
            insert(rotation).values({**vars(made), "kind": kind.value, "plan": json.dumps(plan)})
        )
    return made


def finish(store: KeyStore, done: Rotation) -> None:
    """Note that the last step of a rotation was taken."""
    with store.changing() as connection:
        connection.execute(
            rotation.update().where(rotation.c.id == done.id).values(finished_at=int(time.time()))
        )


@contextmanager
def alone(store: KeyStore) -> Iterator[None]:
    """Hold the key store's one lock for rotations; Conflict while another process holds it.

    The lock is the database's or the kernel's own: it goes with a process that is killed.
    """
    held = _file_lock(store) if store.engine.dialect.name == "sqlite" else _session_lock(store)
    with held as got:
        if not got:
            raise Conflict(
                N_("Another process is renewing keys now. Wait for it, then look: keys status.")
            )
        yield


@contextmanager
def _file_lock(store: KeyStore) -> Iterator[bool]:
    """A file beside the database: a lock on its own file would end with any reader's."""
    path = Path(f"{store.engine.url.database}.rotation")
    path.touch(mode=0o600)
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


@contextmanager
def _session_lock(store: KeyStore) -> Iterator[bool]:
    with store.engine.connect() as connection:
        got = bool(connection.scalar(text(f"SELECT pg_try_advisory_lock({ROTATION_LOCK})")))
        connection.commit()
        try:
            yield got
        finally:
            if got:
                connection.execute(text(f"SELECT pg_advisory_unlock({ROTATION_LOCK})"))
                connection.commit()
