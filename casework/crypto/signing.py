"""The log's signing keys, Ed25519 (RFC 8032)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from uuid_utils.compat import uuid7

from casework.crypto.key_tables import SigningKeyRow
from casework.crypto.keyring import Keyring
from casework.errors import ConfigurationError, FieldUnreadable
from casework.messages import N_
from casework.vocabulary import KeyDomain


@dataclass(frozen=True)
class PublicKey:
    """The public half (32 bytes) of a signing key; times are seconds since 1970 UTC."""

    id: UUID
    public: bytes
    created_at: int
    retired_at: int | None


class SigningKeys:
    """Signs with the newest key; private halves stand in the key store only, wrapped."""

    def __init__(self, keyring: Keyring) -> None:
        self._store = keyring.store
        self._domain_keys = keyring.domain_keys

    def make(self, vouch: Callable[[bytes], None] | None = None) -> PublicKey:
        """Make the key that signs from now on and retire the one before: its private half goes.

        `vouch` gets the new public half while the old key still signs; its failure ends it all.
        """
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        if vouch:
            vouch(public)
        domain_key_id = self._domain_keys.wrapping(KeyDomain.AUDIT)
        row = SigningKeyRow(uuid7(), public, domain_key_id, b"", int(time.time()), None)
        wrapped = self._domain_keys.wrap(domain_key_id, private.private_bytes_raw(), row.associated)
        self._store.add_signing_key(replace(row, wrapped=wrapped))
        return _public(row)

    def public_keys(self) -> list[PublicKey]:
        """Every key that ever signed, oldest first; the last one signs now."""
        return [_public(row) for row in self._store.signing_keys()]

    def active(self) -> PublicKey:
        """The key that signs now; ConfigurationError when none was made."""
        return _public(self._active())

    def sign(self, data: bytes) -> bytes:
        """64 bytes: the signature of the active key over `data`."""
        try:
            secret = self._secret()
        except FieldUnreadable:  # its domain key was renewed since the row was read
            secret = self._secret()
        return Ed25519PrivateKey.from_private_bytes(secret).sign(data)

    def _secret(self) -> bytes:
        row = self._active()
        return self._domain_keys.unwrap(row.domain_key_id, row.wrapped, row.associated)

    def _active(self) -> SigningKeyRow:
        rows = [row for row in self._store.signing_keys() if row.retired_at is None]
        if not rows:
            raise ConfigurationError(N_("There is no key to sign the log with. Run: casework init"))
        return rows[-1]


def verifies(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` (64 bytes) over `data` was made with the private half of `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(row: SigningKeyRow) -> PublicKey:
    return PublicKey(row.id, row.public, row.created_at, row.retired_at)
