"""Search tokens: identifiers that can be looked up without being stored."""

from casework.crypto.keyring import Keyring
from casework.vocabulary import KeyDomain, TokenKind

NORMALISATION = 1
"""Version of the rules in `casework.reference` that bring an identifier to one form."""


def scheme(keyring: Keyring) -> int:
    """Key epoch and normalisation version that tokens are made with now: epoch * 256 + version."""
    return keyring.epoch(KeyDomain.SEARCH) * 256 + NORMALISATION


def search_token(keyring: Keyring, kind: TokenKind, normalised: str) -> bytes:
    """32 bytes, HMAC-SHA-256 under the key of `kind`; `normalised` must be in its one form."""
    return keyring.keyed_hash(KeyDomain.SEARCH, f"search token {kind}", normalised)
