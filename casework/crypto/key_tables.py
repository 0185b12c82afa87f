"""Tables of the key store, and what stands in their rows."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.schema import Column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

#: One key a domain and epoch; the highest epoch of a domain wraps from then on.
domain_key = Table(
    "domain_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("domain", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("root_id", String(64), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)
one_key_an_epoch = Index(
    "uq_domain_key_domain_epoch", domain_key.c.domain, domain_key.c.epoch, unique=True
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

#: Ed25519 keys of the log, wrapped under the AUDIT domain key; times are seconds since 1970 UTC.
signing_key = Table(
    "signing_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("public", LargeBinary, nullable=False),
    Column("domain_key_id", Uuid, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),
)

#: Secrets of the installation that outlive a rotation, wrapped under the AUDIT domain key.
kept_secret = Table(
    "kept_secret",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("domain_key_id", Uuid, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

#: What every process must notice: an erased subject, or (no subject) that keys were renewed.
key_change = Table(
    "key_change",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("subject_id", Uuid),
    Column("at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

#: Rotations; one without `finished_at` was interrupted and goes on from its plan (JSON).
rotation = Table(
    "rotation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("plan", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
)


def make_tables(engine: Engine) -> None:
    """Make what a key store of an older version lacks; what is there stays as it is."""
    metadata.create_all(engine)
    one_key_an_epoch.create(engine, checkfirst=True)


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


@dataclass(frozen=True)
class SigningKeyRow:
    """One signing key; `wrapped` is empty after it was retired: its private half is gone."""

    id: UUID
    public: bytes
    domain_key_id: UUID
    wrapped: bytes
    created_at: int
    retired_at: int | None

    @property
    def associated(self) -> bytes:
        """Every other column of a key in use, bound to the wrapped key."""
        ids = self.id.bytes + self.public + self.domain_key_id.bytes
        return b"casework signing key\0" + ids + self.created_at.to_bytes(8, "big")


@dataclass(frozen=True)
class KeptSecretRow:
    """One secret that outlives rotations."""

    name: str
    domain_key_id: UUID
    wrapped: bytes

    @property
    def associated(self) -> bytes:
        """Every other column, bound to the wrapped secret."""
        return b"casework secret\0" + self.domain_key_id.bytes + self.name.encode()
