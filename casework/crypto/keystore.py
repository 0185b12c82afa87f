"""The key store: wrapped domain and data keys, in a database of their own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.schema import Column

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

domain_key = Table(
    "domain_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("domain", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("root_id", String(64), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

subject_key = Table(
    "subject_key",
    metadata,
    Column("subject_id", Uuid, primary_key=True),
    Column("domain", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("domain_key_id", Uuid, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class DomainKeyRow:
    """One wrapped domain key."""

    id: UUID
    domain: int
    epoch: int
    root_id: str
    wrapped: bytes

    @property
    def associated(self) -> bytes:
        """Every other column, bound to the wrapped key."""
        numbers = self.domain.to_bytes(1, "big") + self.epoch.to_bytes(4, "big")
        return b"casework domain key\0" + self.id.bytes + numbers + self.root_id.encode()


@dataclass(frozen=True)
class SubjectKeyRow:
    """One wrapped data key of a subject."""

    subject_id: UUID
    domain: int
    generation: int
    domain_key_id: UUID
    wrapped: bytes

    @property
    def associated(self) -> bytes:
        """Every other column, bound to the wrapped key."""
        numbers = self.domain.to_bytes(1, "big") + self.generation.to_bytes(2, "big")
        ids = self.subject_id.bytes + self.domain_key_id.bytes
        return b"casework subject key\0" + ids + numbers


def _sqlite_key_pragmas(connection: object, _record: object) -> None:
    """Keys survive a power cut before the data that need them; erased keys are overwritten."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=DELETE")
    cursor.execute("PRAGMA synchronous=EXTRA")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


class KeyStore:
    """Reads and writes wrapped keys; each write is a transaction of its own."""

    def __init__(self, url: str) -> None:
        options = {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {}
        self.engine: Engine = create_engine(url, hide_parameters=True, **options)
        if url.startswith("sqlite"):
            event.listen(self.engine, "connect", _sqlite_key_pragmas)
        metadata.create_all(self.engine)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def domain_keys(self) -> list[DomainKeyRow]:
        """All domain keys, oldest epoch first."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(domain_key).order_by(domain_key.c.domain, domain_key.c.epoch)
            )
            return [DomainKeyRow(**row._mapping) for row in rows]

    def add_domain_keys(self, rows: Sequence[DomainKeyRow]) -> None:
        """Store new domain keys."""
        with self.engine.begin() as connection:
            connection.execute(insert(domain_key), [vars(row) for row in rows])

    def subject_keys(self, subject_ids: Iterable[UUID]) -> list[SubjectKeyRow]:
        """Every generation of every domain of these subjects, in one query."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(subject_key).where(subject_key.c.subject_id.in_(list(subject_ids)))
            )
            return [SubjectKeyRow(**row._mapping) for row in rows]

    def add_subject_keys(self, rows: Sequence[SubjectKeyRow]) -> None:
        """Store the keys of new subjects; committed before the data that they protect."""
        if not rows:
            return
        with self.engine.begin() as connection:
            connection.execute(insert(subject_key), [vars(row) for row in rows])

    def subject_ids(self) -> set[UUID]:
        """Subjects that have keys."""
        with self.engine.connect() as connection:
            return set(connection.scalars(select(subject_key.c.subject_id).distinct()))

    def destroy(self, subject_ids: Sequence[UUID]) -> None:
        """Delete every data key of these subjects: nothing of theirs can be read again."""
        with self.engine.begin() as connection:
            connection.execute(
                delete(subject_key).where(subject_key.c.subject_id.in_(list(subject_ids)))
            )
