"""Where root keys live. A provider wraps and unwraps domain keys and never sees a field."""

import base64
import json
import os
import secrets
import stat
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.errors import ConfigurationError
from casework.messages import N_

KEY_BYTES = 32
NONCE_BYTES = 12


def wrap(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """nonce (12) | ciphertext | tag (16), AES-256-GCM (NIST SP 800-38D)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def unwrap(key: bytes, wrapped: bytes, associated: bytes) -> bytes:
    """What `wrap` wrapped; raises cryptography's InvalidTag when anything differs."""
    return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], associated)


class RootProvider(Protocol):
    """Holder of root keys: a key file today, an HSM or a KMS later."""

    @property
    def active(self) -> str:
        """Id of the root key that wraps from now on."""

    def wrap(self, plaintext: bytes, associated: bytes) -> bytes:
        """`plaintext` wrapped under the active root."""

    def unwrap(self, root_id: str, wrapped: bytes, associated: bytes) -> bytes:
        """What root `root_id` wrapped; ConfigurationError when it is another key."""


class KeyFile:
    """`root.key`: {"format": 1, "active": id, "keys": {id: base64 of 32 bytes}}, mode 0600."""

    def __init__(self, path: Path, active: str, keys: dict[str, bytes]) -> None:
        self.path = path
        self.active = active
        self._keys = keys

    @classmethod
    def create(cls, path: Path) -> "KeyFile":
        """Write a new key file; FileExistsError rather than overwrite one."""
        active = secrets.token_hex(8)
        keys = {active: secrets.token_bytes(KEY_BYTES)}
        encoded = {name: base64.b64encode(key).decode() for name, key in keys.items()}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"format": 1, "active": active, "keys": encoded}, file)
            file.flush()
            os.fsync(file.fileno())
        return cls(path, active, keys)

    @classmethod
    def load(cls, path: Path) -> "KeyFile":
        """Read a key file; ConfigurationError when missing, readable by others, or malformed."""
        if not path.exists():
            raise ConfigurationError(
                N_(
                    "The key file %(path)s is missing. Put it back from its backup: without it "
                    "nothing can be read, and no new key is ever made over existing data."
                ),
                path=path,
            )
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigurationError(
                N_("The key file %(path)s can be read by others. Run: chmod 600 %(path)s"),
                path=path,
            )
        try:
            data = json.loads(path.read_text())
            keys = {name: base64.b64decode(text) for name, text in data["keys"].items()}
            sound = data["format"] == 1 and data["active"] in keys
            sound = sound and all(len(key) == KEY_BYTES for key in keys.values())
        except (ValueError, KeyError, TypeError, AttributeError):
            sound = False
        if not sound:
            raise ConfigurationError(
                N_("The key file %(path)s is damaged. Put it back from its backup."), path=path
            )
        return cls(path, data["active"], keys)

    def wrap(self, plaintext: bytes, associated: bytes) -> bytes:
        """`plaintext` wrapped under the active root."""
        return wrap(self._keys[self.active], plaintext, associated)

    def unwrap(self, root_id: str, wrapped: bytes, associated: bytes) -> bytes:
        """What root `root_id` wrapped; ConfigurationError when this file holds another key."""
        try:
            return unwrap(self._keys[root_id], wrapped, associated)
        except (KeyError, InvalidTag):
            raise ConfigurationError(
                N_("The key file %(path)s is not the one that protects this key store."),
                path=self.path,
            ) from None
