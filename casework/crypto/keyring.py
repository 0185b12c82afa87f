"""Unwrapped keys in memory: domain keys for the process, data keys for a while."""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from uuid_utils.compat import uuid7

from casework.crypto.cells import CellPlace, CellValue, header_of, seal, unseal
from casework.crypto.keystore import DomainKeyRow, KeyStore, SubjectKeyRow
from casework.crypto.providers import KEY_BYTES, RootProvider, unwrap, wrap
from casework.errors import ConfigurationError, FieldUnreadable
from casework.messages import N_
from casework.vocabulary import SUBJECT_DOMAINS, KeyDomain

SUBJECTS_CACHED = 5_000
CACHE_SECONDS = 15 * 60


@dataclass(frozen=True)
class DataKey:
    """The newest data key of a subject in a domain, and its generation."""

    generation: int
    key: bytes


@dataclass
class SubjectKeys:
    """Unwrapped data keys of one subject by (domain, generation)."""

    keys: dict[tuple[int, int], bytes]
    loaded_at: float

    def newest(self, domain: KeyDomain) -> DataKey:
        """The key to seal with."""
        generation = max(number for held, number in self.keys if held == domain)
        return DataKey(generation, self.keys[domain, generation])


class Keyring:
    """Opens and seals cells for subjects. Thread-safe; one a process."""

    def __init__(self, store: KeyStore, provider: RootProvider) -> None:
        """Unwrap every domain key once; ConfigurationError when the provider has another root."""
        self.store = store
        self._lock = threading.Lock()
        self._subjects: OrderedDict[UUID, SubjectKeys] = OrderedDict()
        self._domain_keys: dict[UUID, bytes] = {}
        self._active: dict[int, UUID] = {}
        self._epochs: dict[int, int] = {}
        self._hash_keys: dict[tuple[KeyDomain, str], bytes] = {}
        for row in store.domain_keys():
            self._domain_keys[row.id] = provider.unwrap(row.root_id, row.wrapped, row.associated)
            self._active[row.domain] = row.id
            self._epochs[row.domain] = row.epoch
        if not self._active:
            raise ConfigurationError(N_("The key store is empty. Run: casework init"))

    @staticmethod
    def initialise(store: KeyStore, provider: RootProvider) -> None:
        """Make the first epoch's domain keys in an empty key store."""
        rows = []
        for domain in KeyDomain:
            unsealed = DomainKeyRow(uuid7(), domain, 1, provider.active, b"")
            wrapped = provider.wrap(secrets.token_bytes(KEY_BYTES), unsealed.associated)
            rows.append(DomainKeyRow(unsealed.id, domain, 1, provider.active, wrapped))
        store.add_domain_keys(rows)

    def new_subject(self, subject_id: UUID) -> list[SubjectKeyRow]:
        """Fresh data keys in every subject domain, in use at once; the caller stores the rows."""
        rows, keys = [], {}
        for domain in SUBJECT_DOMAINS:
            key = secrets.token_bytes(KEY_BYTES)
            domain_key_id = self._active[domain]
            unsealed = SubjectKeyRow(subject_id, domain, 1, domain_key_id, b"")
            wrapped = wrap(self._domain_keys[domain_key_id], key, unsealed.associated)
            rows.append(SubjectKeyRow(subject_id, domain, 1, domain_key_id, wrapped))
            keys[int(domain), 1] = key
        self._remember(subject_id, keys)
        return rows

    def load(self, subject_ids: Iterable[UUID]) -> None:
        """Fetch the keys of many subjects in one query."""
        deadline = time.monotonic() - CACHE_SECONDS
        missing = set()
        for subject_id in subject_ids:
            held = self._subjects.get(subject_id)
            if held is None or held.loaded_at < deadline:
                missing.add(subject_id)
        if not missing:
            return
        by_subject: dict[UUID, dict[tuple[int, int], bytes]] = {}
        for row in self.store.subject_keys(missing):
            key = self._unwrapped(row)
            by_subject.setdefault(row.subject_id, {})[row.domain, row.generation] = key
        for subject_id, keys in by_subject.items():
            self._remember(subject_id, keys)

    def forget(self, subject_id: UUID) -> None:
        """Drop a subject's keys from memory, on erasure."""
        with self._lock:
            self._subjects.pop(subject_id, None)

    def holds(self, subject_id: UUID) -> bool:
        """Whether the subject's keys are in memory and fresh."""
        held = self._subjects.get(subject_id)
        return held is not None and held.loaded_at >= time.monotonic() - CACHE_SECONDS

    def seal(self, domain: KeyDomain, place: CellPlace, value: CellValue) -> bytes:
        """`value` as a cell under the subject's newest data key."""
        data_key = self._keys_of(place.subject_id).newest(domain)
        return seal(data_key.key, domain, data_key.generation, place, value)

    def unseal(self, place: CellPlace, cell: bytes) -> CellValue:
        """The value of a cell; FieldUnreadable when its subject was erased or it was altered."""
        domain, generation = header_of(cell)
        try:
            key = self._keys_of(place.subject_id).keys[domain, generation]
        except KeyError:
            raise FieldUnreadable(N_("A protected field can no longer be opened.")) from None
        return unseal(key, place, cell)

    def keyed_hash(self, domain: KeyDomain, kind: str, value: str) -> bytes:
        """HMAC-SHA-256 of `value` under a key of its own for `kind` (HKDF, RFC 5869)."""
        return hmac.digest(self._hash_key(domain, kind), value.encode(), sha256)

    def epoch(self, domain: KeyDomain) -> int:
        """The retention epoch of the domain's active key."""
        return self._epochs[domain]

    def _hash_key(self, domain: KeyDomain, kind: str) -> bytes:
        if (domain, kind) not in self._hash_keys:
            derivation = HKDF(SHA256(), KEY_BYTES, None, f"casework {kind}".encode())
            secret = self._domain_keys[self._active[domain]]
            self._hash_keys[domain, kind] = derivation.derive(secret)
        return self._hash_keys[domain, kind]

    def _unwrapped(self, row: SubjectKeyRow) -> bytes:
        try:
            return unwrap(self._domain_keys[row.domain_key_id], row.wrapped, row.associated)
        except (KeyError, InvalidTag):
            raise FieldUnreadable(N_("A data key is damaged.")) from None

    def _keys_of(self, subject_id: UUID) -> SubjectKeys:
        if not self.holds(subject_id):
            self.load([subject_id])
        with self._lock:
            held = self._subjects.get(subject_id)
            if held is None:
                raise FieldUnreadable(N_("A protected field can no longer be opened."))
            self._subjects.move_to_end(subject_id)
            return held

    def _remember(self, subject_id: UUID, keys: dict[tuple[int, int], bytes]) -> None:
        with self._lock:
            self._subjects[subject_id] = SubjectKeys(keys, time.monotonic())
            self._subjects.move_to_end(subject_id)
            while len(self._subjects) > SUBJECTS_CACHED:
                self._subjects.popitem(last=False)
