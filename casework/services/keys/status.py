"""What keys there are and how old they are. Nothing secret, and no provider needed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from casework.config import Settings
from casework.crypto.key_tables import subject_key
from casework.crypto.keystore import KeyStore
from casework.crypto.providers import open_provider
from casework.crypto.rotations import Rotation, rotations
from casework.errors import ConfigurationError
from casework.messages import Message
from casework.vocabulary import KeyDomain


@dataclass(frozen=True)
class DomainKey:
    """One domain key: more than one of a domain means that it is being rotated."""

    domain: KeyDomain
    epoch: int
    root: str


@dataclass(frozen=True)
class KeyStatus:
    """The keys of an installation. `roots` is None, and `away` says why, when no one answers."""

    provider: str
    roots: list[str] | None
    away: Message | None
    domain_keys: list[DomainKey]
    subjects: int
    generations: dict[int, int]
    rotations: list[Rotation]
    signing_keys: list[UUID]

    @property
    def unused_roots(self) -> list[str]:
        """Roots that the provider holds and nothing is under."""
        used = {key.root for key in self.domain_keys}
        return [root for root in self.roots or () if root not in used]


def key_status(settings: Settings, store: KeyStore) -> KeyStatus:
    """What stands in the key store, and at the provider if it answers."""
    provider = (settings.key_uri or "keyfile").partition(":")[0]
    roots, away = None, None
    try:
        roots = open_provider(settings).roots()
    except ConfigurationError as error:
        away = error.message
    by_generation = (
        select(subject_key.c.generation, func.count())
        .group_by(subject_key.c.generation)
        .order_by(subject_key.c.generation)
    )
    subjects = select(func.count(subject_key.c.subject_id.distinct()))
    with store.engine.connect() as connection:
        generations = {row[0]: row[1] for row in connection.execute(by_generation)}
        count = connection.scalar(subjects) or 0
    return KeyStatus(
        provider,
        roots,
        away,
        [DomainKey(KeyDomain(row.domain), row.epoch, row.root_id) for row in store.domain_keys()],
        count,
        generations,
        rotations(store),
        [row.id for row in store.signing_keys() if row.retired_at is None],
    )
