"""Search tokens: identifiers that can be looked up without being stored."""

from casework.crypto.keyring import Keyring
from casework.vocabulary import KeyDomain, TokenKind

NORMALISATION = 1
"""Version of the rules in `casework.reference` that bring an identifier to one form."""


def scheme(keyring: Keyring) -> int:
    """Key epoch and normalisation version that tokens are made with now: epoch * 256 + version.

    ConfigurationError while this process could not take up a renewed key: a token under the old
    one would never be found.
    """
    keyring.domain_keys.require_newest()
    return keyring.epoch(KeyDomain.SEARCH) * 256 + NORMALISATION


def search_token(keyring: Keyring, kind: TokenKind, normalised: str) -> bytes:
    """What to store: 32 bytes, HMAC-SHA-256 under the key of `kind`, of scheme `scheme`.

    `normalised` must be in its one form.
    """
    return search_tokens(keyring, kind, normalised)[0]


def search_tokens(keyring: Keyring, kind: TokenKind, normalised: str) -> list[bytes]:
    """What to look for: the token under every living key, newest first.

    There is one key, except while the SEARCH domain is being rotated.
    """
    return keyring.keyed_hashes(KeyDomain.SEARCH, f"search token {kind}", normalised)
