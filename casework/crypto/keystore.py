"""The key store: wrapped domain and data keys, in a database of their own."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, select, text
from sqlalchemy.engine import make_url

from casework.crypto.key_tables import (
    DomainKeyRow,
    KeptSecretRow,
    SigningKeyRow,
    SubjectKeyRow,
    domain_key,
    kept_secret,
    key_change,
    make_tables,
    signing_key,
    subject_key,
)
from casework.errors import Conflict
from casework.messages import N_

__all__ = ["DomainKeyRow", "KeyStore", "SubjectKeyRow", "make_private_file"]


def make_private_file(url: str) -> None:
    """Make the SQLite file of `url` for its owner alone (0600), unless it is there already."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database or parts.database == ":memory:":
        return
    path = Path(parts.database)
    if path.parent.is_dir() and not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _sqlite_key_pragmas(connection: Any, _record: object) -> None:
    """Keys survive a power cut before the data that need them; erased keys are overwritten."""
    connection.isolation_level = None
    for pragma in ("journal_mode=DELETE", "synchronous=EXTRA", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    if mode is not None:
        connection.exec_driver_sql(f"BEGIN {mode}")


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    make_private_file(url)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 30})
    event.listen(engine, "connect", _sqlite_key_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


class KeyStore:
    """Reads and writes wrapped keys; each write is a transaction of its own."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = _engine(url)
        alone = {"begin": None} if url.startswith("sqlite") else {"isolation_level": "AUTOCOMMIT"}
        self._single = self.engine.execution_options(**alone)
        make_tables(self.engine)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction that renews or destroys keys: one at a time, whatever the database.

        Their changes are therefore seen in the order of their ids.
        """
        with self.writing() as connection:
            if connection.dialect.name != "sqlite":
                connection.execute(text("LOCK TABLE key_change IN EXCLUSIVE MODE"))
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that only adds or moves keys."""
        with self.engine.execution_options(begin="IMMEDIATE").begin() as connection:
            yield connection

    def domain_keys(self) -> list[DomainKeyRow]:
        """All domain keys, oldest epoch first."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(domain_key).order_by(domain_key.c.domain, domain_key.c.epoch)
            )
            return [DomainKeyRow(**row._mapping) for row in rows]

    def add_domain_keys(self, rows: Sequence[DomainKeyRow]) -> None:
        """Store new domain keys."""
        with self.writing() as connection:
            connection.execute(insert(domain_key), [vars(row) for row in rows])

    def subject_keys(self, subject_ids: Iterable[UUID]) -> list[SubjectKeyRow]:
        """Every generation of every domain of these subjects, in one query."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(subject_key).where(subject_key.c.subject_id.in_(list(subject_ids)))
            )
            return [SubjectKeyRow(*row) for row in rows]

    def add_subject_keys(self, wrap: Callable[[set[UUID]], Sequence[SubjectKeyRow]]) -> None:
        """Store keys of new subjects; committed before the data that they protect.

        `wrap` gets the ids of the domain keys that exist; none of them is removed before the
        commit, so that no data key is ever left under a domain key that is gone.
        """
        with self.writing() as connection:
            existing = select(domain_key.c.id).with_for_update(read=True, key_share=True)
            rows = wrap(set(connection.scalars(existing)))
            connection.execute(insert(subject_key), [vars(row) for row in rows])

    def subject_ids(self) -> set[UUID]:
        """Subjects that have keys."""
        with self.engine.connect() as connection:
            return set(connection.scalars(select(subject_key.c.subject_id).distinct()))

    def destroy(self, subject_ids: Sequence[UUID]) -> None:
        """Delete every data key of these subjects: nothing of theirs can be read again.

        Every process drops them from memory at the start of its next unit of work.
        """
        if not subject_ids:
            return
        with self.changing() as connection:
            connection.execute(
                delete(subject_key).where(subject_key.c.subject_id.in_(list(subject_ids)))
            )
            announce(connection, subject_ids)

    def announce_renewal(self) -> None:
        """Let every process read keys anew at the start of its next unit of work."""
        with self.changing() as connection:
            announce(connection)

    def changes_after(self, last: int) -> list[tuple[int, UUID | None]]:
        """(id, erased subject or None when keys were renewed) of later changes, in order."""
        statement = (
            select(key_change.c.id, key_change.c.subject_id)
            .where(key_change.c.id > last)
            .order_by(key_change.c.id)
        )
        with self._single.connect() as connection:
            return [(row.id, row.subject_id) for row in connection.execute(statement)]

    def last_change(self) -> int:
        """Id of the newest change; 0 when there was none."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.max(key_change.c.id))) or 0

    def signing_keys(self) -> list[SigningKeyRow]:
        """All signing keys, oldest first."""
        statement = select(signing_key).order_by(signing_key.c.created_at, signing_key.c.id)
        with self.engine.connect() as connection:
            return [SigningKeyRow(**row._mapping) for row in connection.execute(statement)]

    def add_signing_key(self, row: SigningKeyRow) -> None:
        """Store a new signing key and retire those before it: their private halves are gone."""
        with self.changing() as connection:
            _require(connection, row.domain_key_id)
            connection.execute(
                signing_key.update()
                .where(signing_key.c.retired_at.is_(None))
                .values(wrapped=b"", retired_at=row.created_at)
            )
            connection.execute(insert(signing_key), [vars(row)])

    def kept_secret(self, name: str) -> KeptSecretRow | None:
        """The secret of this name."""
        statement = select(kept_secret).where(kept_secret.c.name == name)
        with self.engine.connect() as connection:
            row = connection.execute(statement).first()
        return KeptSecretRow(**row._mapping) if row else None

    def add_kept_secret(self, row: KeptSecretRow) -> None:
        """Store a secret, unless another process stored one of this name first."""
        with self.changing() as connection:
            _require(connection, row.domain_key_id)
            there = select(kept_secret.c.name).where(kept_secret.c.name == row.name)
            if connection.scalar(there) is None:
                connection.execute(insert(kept_secret), [vars(row)])


def _require(connection: Connection, domain_key_id: UUID) -> None:
    if connection.scalar(select(domain_key.c.id).where(domain_key.c.id == domain_key_id)) is None:
        raise Conflict(N_("The keys were renewed a moment ago. Try again."))


def announce(connection: Connection, subject_ids: Iterable[UUID | None] = (None,)) -> None:
    """Let every process notice erased subjects, or (None) that keys were renewed."""
    at = int(time.time())
    rows = [{"subject_id": subject_id, "at": at} for subject_id in subject_ids]
    connection.execute(insert(key_change), rows)
