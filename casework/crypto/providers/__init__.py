"""Where root keys live. A provider wraps and unwraps domain keys and never sees a field."""

import secrets
from datetime import date
from typing import Protocol

from casework.config import Settings
from casework.crypto.providers.keyfile import KeyFile
from casework.crypto.providers.passphrase import passphrase_from

__all__ = ["KeyFile", "RootProvider", "first_root", "new_root_id", "open_provider"]


class RootProvider(Protocol):
    """Holder of root keys. Asked at the start and on rotation, never for a field.

    Every method raises ConfigurationError, in words that say what to do, when the holder is away,
    refuses, or has another key.
    """

    #: what holds the roots: `keyfile`, `pkcs11`, `kms`
    name: str

    def roots(self) -> list[str]:
        """Ids of the roots it holds for this installation."""

    def make_root(self, root_id: str) -> None:
        """Make a root of this id; nothing happens when it is there already."""

    def destroy_root(self, root_id: str) -> date | None:
        """Destroy a root for good; nothing happens when it is gone already.

        Returns the day on which it is gone where the holder waits, else None.
        """

    def wrap(self, root_id: str, plaintext: bytes, associated: bytes) -> bytes:
        """`plaintext` wrapped under this root, bound to `associated`."""

    def unwrap(self, root_id: str, wrapped: bytes, associated: bytes) -> bytes:
        """What root `root_id` wrapped; ConfigurationError when it is another key."""


def new_root_id() -> str:
    """16 hexadecimal digits."""
    return secrets.token_hex(8)


def open_provider(settings: Settings) -> RootProvider:
    """The provider that `CASEWORK_KEYS` names; ConfigurationError when it cannot be used."""
    uri = settings.key_uri
    if uri is None:
        return KeyFile.load(settings.keys, lambda: passphrase_from(settings))
    if uri.startswith("kms:"):
        from casework.crypto.providers.kms import Kms  # an extra, for those who use it

        return Kms.open(uri)
    from casework.crypto.providers.pkcs11 import Pkcs11  # an extra, for those who use it

    return Pkcs11.open(uri)


def first_root(settings: Settings) -> tuple[RootProvider, str]:
    """The provider with a root for an empty key store; a key file is made when there is none."""
    if settings.key_uri is None:
        if not settings.keys.exists():
            KeyFile.create(settings.keys)
        file = KeyFile.load(settings.keys, lambda: passphrase_from(settings))
        return file, file.active
    provider, root_id = open_provider(settings), new_root_id()
    provider.make_root(root_id)
    return provider, root_id
