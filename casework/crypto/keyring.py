"""Unwrapped keys in memory: domain keys for the process, data keys for a while."""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from uuid_utils.compat import uuid7

from casework.crypto.cells import CellPlace, CellValue, header_of, seal, unseal
from casework.crypto.domain_keys import DomainKeys
from casework.crypto.keystore import DomainKeyRow, KeyStore, SubjectKeyRow
from casework.crypto.providers import RootProvider
from casework.crypto.wrapping import KEY_BYTES
from casework.errors import FieldUnreadable
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


@dataclass(frozen=True, repr=False)
class NewSubject:
    """Fresh data keys, by (domain, generation), that the key store does not hold yet."""

    subject_id: UUID
    keys: dict[tuple[int, int], bytes]


class Keyring:
    """Opens and seals cells for subjects. Thread-safe; one a process."""

    def __init__(self, store: KeyStore, provider: RootProvider) -> None:
        """Unwrap every domain key once; ConfigurationError when the provider has another root."""
        self.store = store
        self._lock = threading.Lock()
        self._subjects: OrderedDict[UUID, SubjectKeys] = OrderedDict()
        self._unstored: dict[UUID, SubjectKeys] = {}
        self._hash_keys: dict[tuple[KeyDomain, int, str], bytes] = {}
        self._noticed = store.last_change()
        self.domain_keys = DomainKeys(store, provider)

    @staticmethod
    def initialise(store: KeyStore, provider: RootProvider, root_id: str) -> None:
        """Make the first epoch's domain keys in an empty key store, under this root."""
        rows = []
        for domain in KeyDomain:
            unsealed = DomainKeyRow(uuid7(), domain, 1, root_id, b"")
            wrapped = provider.wrap(root_id, secrets.token_bytes(KEY_BYTES), unsealed.associated)
            rows.append(replace(unsealed, wrapped=wrapped))
        store.add_domain_keys(rows)

    def notice(self) -> None:
        """Follow what other processes did to the keys; every unit of work begins with this.

        Erased subjects leave memory; renewed keys are taken up.
        """
        changes = self.store.changes_after(self._noticed)
        if any(subject_id is None for _, subject_id in changes) or self.domain_keys.ask_again():
            self.domain_keys.reload()
            with self._lock:
                self._subjects.clear()
                self._hash_keys.clear()
        for _, subject_id in changes:
            if subject_id is not None:
                self.forget(subject_id)
        if changes:
            self._noticed = changes[-1][0]

    def new_subject(self, subject_id: UUID) -> NewSubject:
        """Fresh data keys in every subject domain, in use at once; the caller stores them."""
        keys = {(int(domain), 1): secrets.token_bytes(KEY_BYTES) for domain in SUBJECT_DOMAINS}
        self._unstored[subject_id] = SubjectKeys(keys, time.monotonic())
        return NewSubject(subject_id, keys)

    def store_subjects(self, new: Sequence[NewSubject]) -> None:
        """Store what `new_subject` made, under the domain keys of this moment."""
        if not new:
            return
        self.store.add_subject_keys(
            lambda existing: [row for made in new for row in self._wrapped(made, existing)]
        )
        for made in new:
            self._unstored.pop(made.subject_id, None)
            self._remember(made.subject_id, made.keys)

    def drop_subjects(self, new: Sequence[NewSubject]) -> None:
        """Forget what was never stored."""
        for made in new:
            self._unstored.pop(made.subject_id, None)

    def load(self, subject_ids: Iterable[UUID]) -> None:
        """Fetch the keys of many subjects in one query."""
        missing = {subject_id for subject_id in subject_ids if not self.holds(subject_id)}
        if missing:
            self._fetch(missing)

    def forget(self, subject_id: UUID) -> None:
        """Drop a subject's keys from memory, on erasure."""
        with self._lock:
            self._subjects.pop(subject_id, None)

    def holds(self, subject_id: UUID) -> bool:
        """Whether the subject's keys are in memory and fresh."""
        held = self._subjects.get(subject_id)
        fresh = held is not None and held.loaded_at >= time.monotonic() - CACHE_SECONDS
        return fresh or subject_id in self._unstored

    def seal(self, domain: KeyDomain, place: CellPlace, value: CellValue) -> bytes:
        """`value` as a cell under the subject's newest data key."""
        data_key = self.data_key(domain, place.subject_id)
        return seal(data_key.key, domain, data_key.generation, place, value)

    def unseal(self, place: CellPlace, cell: bytes) -> CellValue:
        """The value of a cell; FieldUnreadable when its subject was erased or it was altered."""
        domain, generation = header_of(cell)
        return unseal(self.key_of(domain, generation, place.subject_id), place, cell)

    def data_key(self, domain: KeyDomain, subject_id: UUID) -> DataKey:
        """The subject's newest data key; FieldUnreadable when the subject was erased."""
        return self._keys_of(subject_id).newest(domain)

    def key_of(self, domain: KeyDomain, generation: int, subject_id: UUID) -> bytes:
        """The data key of a generation, which another process may have made a moment ago."""
        held = self._keys_of(subject_id).keys
        if (domain, generation) not in held:
            self._fetch({subject_id})
            held = self._keys_of(subject_id).keys
        if (domain, generation) not in held:
            raise FieldUnreadable(N_("A protected field can no longer be opened."))
        return held[domain, generation]

    def keyed_hash(self, domain: KeyDomain, kind: str, value: str) -> bytes:
        """HMAC-SHA-256 of `value` under a key of its own for `kind` (HKDF, RFC 5869)."""
        return self.keyed_hashes(domain, kind, value)[0]

    def keyed_hashes(self, domain: KeyDomain, kind: str, value: str) -> list[bytes]:
        """The hash under every living key of `domain`, newest first: several in a rotation."""
        found = []
        for epoch, secret in self.domain_keys.live(domain):
            place = (domain, epoch, kind)
            if place not in self._hash_keys:
                derivation = HKDF(SHA256(), KEY_BYTES, None, f"casework {kind}".encode())
                self._hash_keys[place] = derivation.derive(secret)
            found.append(hmac.digest(self._hash_keys[place], value.encode(), sha256))
        return found

    def epoch(self, domain: KeyDomain) -> int:
        """The epoch of the domain's newest key."""
        return self.domain_keys.live(domain)[0][0]

    def _wrapped(self, made: NewSubject, existing: set[UUID]) -> Iterator[SubjectKeyRow]:
        for (domain, generation), key in made.keys.items():
            domain_key_id = self.domain_keys.wrapping(KeyDomain(domain), existing)
            row = SubjectKeyRow(made.subject_id, domain, generation, domain_key_id, b"")
            yield replace(row, wrapped=self.domain_keys.wrap(domain_key_id, key, row.associated))

    def _fetch(self, subject_ids: set[UUID]) -> None:
        try:
            by_subject = self._opened(subject_ids)
        except FieldUnreadable:  # renewed between the reading of a row and of its domain key
            by_subject = self._opened(subject_ids)
        for subject_id in subject_ids - by_subject.keys():
            self.forget(subject_id)
        for subject_id, keys in by_subject.items():
            self._remember(subject_id, keys)

    def _opened(self, subject_ids: set[UUID]) -> dict[UUID, dict[tuple[int, int], bytes]]:
        by_subject: dict[UUID, dict[tuple[int, int], bytes]] = {}
        for row in self.store.subject_keys(subject_ids):
            key = self.domain_keys.unwrap(row.domain_key_id, row.wrapped, row.associated)
            by_subject.setdefault(row.subject_id, {})[row.domain, row.generation] = key
        return by_subject

    def _keys_of(self, subject_id: UUID) -> SubjectKeys:
        unstored = self._unstored.get(subject_id)
        if unstored is not None:
            return unstored
        if not self.holds(subject_id):
            self._fetch({subject_id})
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
