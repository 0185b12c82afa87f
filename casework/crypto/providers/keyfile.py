"""Root keys in a file of the machine.

`root.key`: {"format": 1, "active": id, "keys": {id: value}}, mode 0600. A value is the base64 of
32 bytes, or, protected by a passphrase, an object that says how the key was wrapped:

    {"kdf": "argon2id", "memory": KiB, "passes": n, "lanes": n, "salt": base64, "wrapped": base64}
"""

import base64
import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from casework.crypto.wrapping import KEY_BYTES, unwrap, wrap
from casework.errors import ConfigurationError
from casework.messages import N_

SALT_BYTES = 16
#: RFC 9106, second recommended choice: 64 MiB, three passes, four lanes.
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4
#: A file that asks for more is damaged: it must not take the machine's memory.
MOST_MEMORY_KIB, MOST_PASSES = 1024 * 1024, 20


@dataclass(frozen=True, repr=False)
class Lock:
    """The key that a passphrase gives, and how it is derived; one a file."""

    salt: bytes
    memory: int
    passes: int
    lanes: int
    key: bytes

    @classmethod
    def of(cls, passphrase: str, salt: bytes, memory: int, passes: int, lanes: int) -> "Lock":
        """Derive the key, Argon2id (RFC 9106)."""
        derivation = Argon2id(
            salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory
        )
        return cls(salt, memory, passes, lanes, derivation.derive(passphrase.encode()))

    @classmethod
    def new(cls, passphrase: str) -> "Lock":
        """A lock for a file, with a salt of its own."""
        return cls.of(passphrase, secrets.token_bytes(SALT_BYTES), MEMORY_KIB, PASSES, LANES)

    def close(self, root_id: str, key: bytes) -> dict[str, object]:
        """The value that stands in the file for a root key."""
        return {
            "kdf": "argon2id",
            "memory": self.memory,
            "passes": self.passes,
            "lanes": self.lanes,
            "salt": base64.b64encode(self.salt).decode(),
            "wrapped": base64.b64encode(wrap(self.key, key, _bound(root_id))).decode(),
        }


def _bound(root_id: str) -> bytes:
    return b"casework root key\0" + root_id.encode()


class KeyFile:
    """The provider for one machine, or for a few that share the file."""

    name = "keyfile"

    def __init__(
        self, path: Path, active: str, keys: dict[str, bytes], lock: Lock | None = None
    ) -> None:
        self.path = path
        self.active = active
        self._keys = keys
        self._lock = lock

    @classmethod
    def create(cls, path: Path) -> "KeyFile":
        """Write a new key file; FileExistsError rather than overwrite one."""
        root_id = secrets.token_hex(8)
        made = cls(path, root_id, {root_id: secrets.token_bytes(KEY_BYTES)})
        _write(path, made._content(), os.O_EXCL)
        return made

    @classmethod
    def load(
        cls, path: Path, passphrase: Callable[[], str] | None = None, lock: Lock | None = None
    ) -> "KeyFile":
        """Read a key file, asking for its passphrase where it has one.

        ConfigurationError when it is missing, readable by others, malformed, or the passphrase
        is another one.
        """
        _check_file(path)
        try:
            data = json.loads(path.read_text())
            sound = data["format"] == 1 and data["active"] in data["keys"]
            lock = _lock_of(data["keys"], path, passphrase, lock) if sound else None
            keys = {name: _open(name, value, lock) for name, value in data["keys"].items()}
            sound = sound and all(len(key) == KEY_BYTES for key in keys.values())
        except InvalidTag:
            raise ConfigurationError(
                N_(
                    "The passphrase of the key file %(path)s is not right. Check "
                    "CASEWORK_KEYS_PASSPHRASE_FILE, or type it again."
                ),
                path=path,
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            sound = False
        if not sound:
            raise ConfigurationError(
                N_("The key file %(path)s is damaged. Put it back from its backup."), path=path
            )
        return cls(path, data["active"], keys, lock)

    @property
    def protected(self) -> bool:
        """Whether a passphrase is needed to read it."""
        return self._lock is not None

    def protect(self, passphrase: str | None) -> None:
        """Write the file anew under another passphrase, or without one (None)."""
        self._lock = Lock.new(passphrase) if passphrase is not None else None
        self._replace()

    def roots(self) -> list[str]:
        """Ids of the roots in the file."""
        self._read_again()
        return list(self._keys)

    def make_root(self, root_id: str) -> None:
        """Add a root, which is the file's active one from then on."""
        self._read_again()
        if root_id not in self._keys:
            self._keys[root_id] = secrets.token_bytes(KEY_BYTES)
        self.active = root_id
        self._replace()

    def destroy_root(self, root_id: str) -> date | None:
        """Write the file without this root, and overwrite the bytes that stood there."""
        self._read_again()
        if root_id == self.active:
            raise ConfigurationError(
                N_("The root key %(root)s is the one in use and is not destroyed."), root=root_id
            )
        if self._keys.pop(root_id, None) is not None:
            self._replace()
        return None

    def wrap(self, root_id: str, plaintext: bytes, associated: bytes) -> bytes:
        """`plaintext` wrapped under this root."""
        return wrap(self._key(root_id), plaintext, associated)

    def unwrap(self, root_id: str, wrapped: bytes, associated: bytes) -> bytes:
        """What root `root_id` wrapped; ConfigurationError when this file holds another key."""
        try:
            return unwrap(self._key(root_id), wrapped, associated)
        except InvalidTag:
            raise _another(self.path) from None

    def _key(self, root_id: str) -> bytes:
        if root_id not in self._keys:
            self._read_again()  # another process may have made it
        if root_id not in self._keys:
            raise _another(self.path)
        return self._keys[root_id]

    def _read_again(self) -> None:
        found = KeyFile.load(self.path, lock=self._lock)
        self.active, self._keys = found.active, found._keys

    def _content(self) -> str:
        lock = self._lock
        keys = {
            name: lock.close(name, key) if lock else base64.b64encode(key).decode()
            for name, key in self._keys.items()
        }
        return json.dumps({"format": 1, "active": self.active, "keys": keys})

    def _replace(self) -> None:
        """Put a new file in place at once, then overwrite what the old one held."""
        beside = self.path.with_name(f"{self.path.name}.new")
        beside.unlink(missing_ok=True)
        _write(beside, self._content(), os.O_EXCL)
        with self.path.open("r+b") as old:
            beside.replace(self.path)
            _sync_folder(self.path.parent)
            old.write(bytes(os.fstat(old.fileno()).st_size))
            old.flush()
            os.fsync(old.fileno())


def needs_passphrase(path: Path) -> bool:
    """Whether the key file is protected; False too for what `KeyFile.load` will refuse."""
    try:
        values = json.loads(path.read_text())["keys"].values()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return any(isinstance(value, dict) for value in values)


def _another(path: Path) -> ConfigurationError:
    return ConfigurationError(
        N_("The key file %(path)s is not the one that protects this key store."), path=path
    )


def _check_file(path: Path) -> None:
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
            N_("The key file %(path)s can be read by others. Run: chmod 600 %(path)s"), path=path
        )


def _lock_of(
    keys: Mapping[str, Any], path: Path, passphrase: Callable[[], str] | None, known: Lock | None
) -> Lock | None:
    """The lock of a protected file, derived only when `known` is not the same."""
    values = [value for value in keys.values() if isinstance(value, dict)]
    if not values:
        return None
    salt = base64.b64decode(values[0]["salt"])
    memory, passes, lanes = (values[0][name] for name in ("memory", "passes", "lanes"))
    if memory > MOST_MEMORY_KIB or passes > MOST_PASSES:
        raise ValueError("the file asks for too much memory or time")
    if known and (known.salt, known.memory, known.passes, known.lanes) == (
        salt,
        memory,
        passes,
        lanes,
    ):
        return known
    if passphrase is None:
        raise ConfigurationError(
            N_("The passphrase of the key file %(path)s was changed. Start Casework again."),
            path=path,
        )
    return Lock.of(passphrase(), salt, memory, passes, lanes)


def _open(root_id: str, value: Any, lock: Lock | None) -> bytes:
    if not isinstance(value, dict):
        return base64.b64decode(value)
    if lock is None or value["kdf"] != "argon2id":
        raise ValueError("the value cannot be opened")
    return unwrap(lock.key, base64.b64decode(value["wrapped"]), _bound(root_id))


def _write(path: Path, content: str, flags: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
