"""The log's signing keys: kept wrapped in the key store, one signing at a time."""

from pathlib import Path

import pytest
from sqlalchemy import update

from casework.crypto.key_tables import signing_key
from casework.crypto.keyring import Keyring
from casework.crypto.keystore import KeyStore
from casework.crypto.providers import KeyFile
from casework.crypto.signing import SigningKeys, verifies
from casework.errors import ConfigurationError, FieldUnreadable

ENTRY = b"the log at 3 o'clock"


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    store = KeyStore(f"sqlite:///{tmp_path / 'keys.db'}")
    provider = KeyFile.create(tmp_path / "root.key")
    Keyring.initialise(store, provider, provider.active)
    return Keyring(store, provider)


def test_the_newest_key_signs_and_every_public_half_is_kept(keyring: Keyring) -> None:
    keys = SigningKeys(keyring)
    with pytest.raises(ConfigurationError, match="casework init"):
        keys.sign(ENTRY)
    first = keys.make()
    signature = keys.sign(ENTRY)
    assert (len(first.public), len(signature)) == (32, 64)
    second = keys.make()
    assert keys.active() == second
    assert [key.public for key in keys.public_keys()] == [first.public, second.public]
    assert verifies(first.public, signature, ENTRY)
    assert not verifies(second.public, signature, ENTRY)
    assert not verifies(first.public, signature, ENTRY + b".")
    assert not verifies(b"short", signature, ENTRY)
    assert verifies(second.public, keys.sign(ENTRY), ENTRY)


def test_a_retired_key_can_never_sign_again(keyring: Keyring) -> None:
    keys = SigningKeys(keyring)
    keys.make()
    keys.make()
    retired, active = keyring.store.signing_keys()
    assert (retired.wrapped, retired.retired_at is None) == (b"", False)
    assert (len(active.wrapped), active.retired_at) == (12 + 32 + 16, None)


def test_a_signing_key_is_bound_to_its_public_half(keyring: Keyring) -> None:
    keys = SigningKeys(keyring)
    keys.make()
    with keyring.store.changing() as connection:
        connection.execute(update(signing_key).values(public=bytes(32)))
    with pytest.raises(FieldUnreadable):
        keys.sign(ENTRY)
