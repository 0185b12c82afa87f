"""Unwrapped domain keys of one process."""

import threading
import time
from uuid import UUID

from cryptography.exceptions import InvalidTag

from casework.crypto.key_tables import DomainKeyRow
from casework.crypto.keystore import KeyStore
from casework.crypto.providers import RootProvider
from casework.crypto.wrapping import unwrap, wrap
from casework.errors import ConfigurationError, FieldUnreadable
from casework.messages import N_
from casework.vocabulary import KeyDomain

ASK_AGAIN_SECONDS = 30


class DomainKeys:
    """The provider is asked once for each domain key: at the start, and when a new one appears."""

    def __init__(self, store: KeyStore, provider: RootProvider) -> None:
        """Unwrap every domain key; ConfigurationError when the provider cannot."""
        self.store = store
        self.provider = provider
        self._lock = threading.Lock()
        self._rows: dict[UUID, DomainKeyRow] = {}
        self._keys: dict[UUID, bytes] = {}
        self._missing_since: float | None = None
        rows = store.domain_keys()
        if not rows:
            raise ConfigurationError(N_("The key store is empty. Run: casework init"))
        try:
            self._take(rows)
        except ConfigurationError:
            newer = store.domain_keys()
            if newer == rows:
                raise
            self._take(newer)

    def reload(self) -> None:
        """Take up new domain keys and drop removed ones.

        A provider that is away leaves the process with the keys it has; it asks again later.
        """
        try:
            self._take(self.store.domain_keys())
            self._missing_since = None
        except ConfigurationError:
            self._missing_since = time.monotonic()

    def ask_again(self) -> bool:
        """Whether a new key could not be unwrapped and it is time to try again."""
        since = self._missing_since
        return since is not None and time.monotonic() - since > ASK_AGAIN_SECONDS

    def require_newest(self) -> None:
        """Raise ConfigurationError while a renewed key could not be unwrapped."""
        if self._missing_since is not None:
            raise _away()

    def _take(self, rows: list[DomainKeyRow]) -> None:
        with self._lock:
            held = {}
            for row in rows:
                held[row.id] = self._keys.get(row.id) or self.provider.unwrap(
                    row.root_id, row.wrapped, row.associated
                )
            self._keys = held
            self._rows = {row.id: row for row in rows}

    def wrapping(self, domain: KeyDomain, existing: set[UUID] | None = None) -> UUID:
        """Id of the newest key of `domain`, among those that exist if these are given."""
        rows = [row for row in self._of(domain) if existing is None or row.id in existing]
        if not rows:
            raise _away()
        return rows[0].id

    def live(self, domain: KeyDomain) -> list[tuple[int, bytes]]:
        """(epoch, key) of `domain`, newest first: more than one while it is being rotated."""
        return [(row.epoch, self._keys[row.id]) for row in self._of(domain)]

    def wrap(self, domain_key_id: UUID, plaintext: bytes, associated: bytes) -> bytes:
        """`plaintext` wrapped under this domain key."""
        return wrap(self._keys[domain_key_id], plaintext, associated)

    def unwrap(self, domain_key_id: UUID, wrapped: bytes, associated: bytes) -> bytes:
        """What this domain key wrapped; FieldUnreadable when it cannot be unwrapped."""
        if domain_key_id not in self._keys:
            self.reload()
        try:
            return unwrap(self._keys[domain_key_id], wrapped, associated)
        except InvalidTag:
            raise FieldUnreadable(N_("A data key is damaged.")) from None
        except KeyError:
            raise FieldUnreadable(
                N_("A key was renewed and the key provider does not answer. Try again later.")
            ) from None

    def _of(self, domain: KeyDomain) -> list[DomainKeyRow]:
        rows = [row for row in self._rows.values() if row.domain == domain]
        return sorted(rows, key=lambda row: row.epoch, reverse=True)


def _away() -> ConfigurationError:
    return ConfigurationError(
        N_(
            "The keys were renewed and the key provider does not answer, so nothing new can be "
            "protected. Make the provider reachable and try again."
        )
    )
