"""Putting the key file under a passphrase."""

from casework.crypto.providers import KeyFile
from casework.crypto.rotations import alone
from casework.errors import ConfigurationError
from casework.messages import N_
from casework.services.keys.running import note
from casework.services.work import Database


def change_passphrase(database: Database, passphrase: str | None) -> None:
    """Write the key file anew under this passphrase, or without one (None).

    ConfigurationError when the root keys are not in a file.
    """
    provider = database.keyring.domain_keys.provider
    if not isinstance(provider, KeyFile):
        raise ConfigurationError(N_("Only a key file has a passphrase; an HSM or KMS has its own."))
    with alone(database.keystore):
        provider.protect(passphrase)
        note(database, "keys.passphrase_changed", {"protected": passphrase is not None})
