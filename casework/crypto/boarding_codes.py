"""Signs the codes on offer letters and boarding slips, Ed25519 (RFC 8032).

The key is made at first use, kept in the key store and stays the same when the keys around it are
renewed: a letter handed out before a rotation is still good at the gate.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.crypto.kept import kept_secret
from casework.crypto.keyring import Keyring

SECRET_NAME = "boarding codes"  # noqa: S105 - the secret's name in the key store


def sign_code(keyring: Keyring, signed: bytes) -> bytes:
    """64 bytes: this installation's signature over what a code says."""
    return _private(keyring).sign(signed)


def code_key(keyring: Keyring) -> bytes:
    """The public half, 32 bytes, with which anybody can verify a code without this system."""
    return _private(keyring).public_key().public_bytes_raw()


def _private(keyring: Keyring) -> Ed25519PrivateKey:
    secret = kept_secret(
        keyring, SECRET_NAME, lambda: Ed25519PrivateKey.generate().private_bytes_raw()
    )
    return Ed25519PrivateKey.from_private_bytes(secret)
