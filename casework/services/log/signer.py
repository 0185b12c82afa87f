"""The log's own key: who signs checkpoints, and whom verification believes."""

from collections.abc import Sequence

from audit.notes import Checkpoint, Note, VerifierKey
from casework.crypto.signing import SigningKeys
from casework.services.work import Database


def sign_checkpoint(database: Database, checkpoint: Checkpoint) -> Note:
    """The checkpoint as a note signed by the log's active key."""
    keys = SigningKeys(database.keyring)
    key = VerifierKey(checkpoint.origin, keys.active().public)
    signature = key.signature(checkpoint.text, keys.sign(checkpoint.text.encode()))
    return Note(checkpoint.text, (signature,))


def verifier_key(database: Database, origin: str) -> VerifierKey:
    """The public key that signs now, for an auditor to pin."""
    return VerifierKey(origin, SigningKeys(database.keyring).active().public)


def believed_keys(database: Database, origin: str) -> Sequence[VerifierKey]:
    """The keys that the settings pin; without any, the first key of the key store.

    Later keys are believed because an earlier one vouched for them in the log.
    """
    pinned = [VerifierKey.read(text) for text in database.settings.log_keys]
    if pinned:
        return pinned
    first = SigningKeys(database.keyring).public_keys()[:1]
    return [VerifierKey(origin, key.public) for key in first]


def log_keys(database: Database, origin: str) -> Sequence[VerifierKey]:
    """Every key that the key store says ever signed this log."""
    return [VerifierKey(origin, key.public) for key in SigningKeys(database.keyring).public_keys()]
