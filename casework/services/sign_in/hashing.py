"""Argon2id hashes of passwords, checked in equal time whether or not there is such an account."""

import secrets
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

#: RFC 9106, second recommended option; more than OWASP asks (46 MiB, one pass).
HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)

_NOBODY: Final = HASHER.hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    """What is stored of a password, or of a code as weak as one."""
    return HASHER.hash(_composed(password))


def is_right(stored: str | None, password: str) -> bool:
    """Whether `password` is the one stored; takes as long when nothing is."""
    try:
        HASHER.verify(stored or _NOBODY, _composed(password))
    except Argon2Error:
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def _composed(password: str) -> str:
    """The same password however a keyboard composes its letters (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
