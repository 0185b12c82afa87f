"""The key pair of a second organisation that countersigns the log's checkpoints."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.errors import ConfigurationError
from casework.messages import N_

SEED = 32


@dataclass(frozen=True)
class CosignerPair:
    """An Ed25519 key by name, kept in a file of two lines (name, 64 hexadecimal digits)."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def create(cls, path: Path, name: str) -> "CosignerPair":
        """Write a new key, mode 0600; FileExistsError rather than overwrite one."""
        seed = Ed25519PrivateKey.generate().private_bytes_raw()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{name}\n{seed.hex()}\n")
        return cls(name, seed)

    @classmethod
    def load(cls, path: Path) -> "CosignerPair":
        """Read a key file; ConfigurationError when it is none."""
        try:
            name, digits = path.read_text().splitlines()
            seed = bytes.fromhex(digits)
        except (OSError, ValueError):
            name, seed = "", b""
        if not name or len(seed) != SEED:
            raise ConfigurationError(N_("%(path)s is not a countersigner's key."), path=path)
        return cls(name, seed)

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """64 bytes (RFC 8032)."""
        return self._private.sign(data)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)
