"""Secrets of the installation that stay the same when the keys around them are renewed."""

from collections.abc import Callable
from dataclasses import replace

from casework.crypto.key_tables import KeptSecretRow
from casework.crypto.keyring import Keyring
from casework.errors import FieldUnreadable
from casework.vocabulary import KeyDomain


def kept_secret(keyring: Keyring, name: str, make: Callable[[], bytes]) -> bytes:
    """The secret of this name, the same in every process; made at first use."""
    if keyring.store.kept_secret(name) is None:
        row = KeptSecretRow(name, keyring.domain_keys.wrapping(KeyDomain.AUDIT), b"")
        wrapped = keyring.domain_keys.wrap(row.domain_key_id, make(), row.associated)
        keyring.store.add_kept_secret(replace(row, wrapped=wrapped))
    try:
        return _opened(keyring, name)
    except FieldUnreadable:  # its domain key was renewed since the row was read
        return _opened(keyring, name)


def _opened(keyring: Keyring, name: str) -> bytes:
    row = keyring.store.kept_secret(name)
    if row is None:
        raise KeyError(name)
    return keyring.domain_keys.unwrap(row.domain_key_id, row.wrapped, row.associated)
