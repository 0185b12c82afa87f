"""The log's own key: who signs checkpoints, and whom verification believes."""

from collections.abc import Sequence

from sqlalchemy import select

from audit.claims import origin_of, voucher_text
from audit.notes import Checkpoint, MalformedNoteError, Note, VerifierKey
from audit.record import Act
from audit.verify import KEY_NAMED
from casework.actor import system_actor
from casework.crypto.signing import SigningKeys
from casework.errors import ConfigurationError
from casework.messages import N_
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Purpose
from models.audit import AuditLeaf


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
    try:
        pinned = [VerifierKey.read(text) for text in database.settings.log_keys]
    except MalformedNoteError:
        raise ConfigurationError(N_("CASEWORK_LOG_KEYS holds something that is no key.")) from None
    if pinned:
        return pinned
    first = SigningKeys(database.keyring).public_keys()[:1]
    return [VerifierKey(origin, key.public) for key in first]


def log_keys(database: Database, origin: str) -> Sequence[VerifierKey]:
    """Every key that the key store says ever signed this log."""
    return [VerifierKey(origin, key.public) for key in SigningKeys(database.keyring).public_keys()]


def log_origin(database: Database) -> str:
    """The name of this log."""
    with database.reading(system_actor()) as work:
        leaf = work.session.scalar(select(AuditLeaf.leaf).where(AuditLeaf.id == 1))
    return origin_of(leaf or b"")


def renew_key(database: Database) -> VerifierKey:
    """Make a new key for the log; the old one vouches for it in an entry, and then is gone."""
    origin = log_origin(database)
    keys = SigningKeys(database.keyring)

    def vouch(public: bytes) -> None:
        signature = keys.sign(voucher_text(origin, public).encode())
        facts = {"key": public.hex(), "signature": signature.hex()}
        with database.writing(command_actor()) as work:
            work.record(Act(KEY_NAMED, Purpose.ADMINISTRATION, facts=facts))

    return VerifierKey(origin, keys.make(vouch).public)
