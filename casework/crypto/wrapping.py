"""One key under another: AES-256-GCM (NIST SP 800-38D)."""

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


def wrap(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """nonce (12) | ciphertext | tag (16)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def unwrap(key: bytes, wrapped: bytes, associated: bytes) -> bytes:
    """What `wrap` wrapped; raises cryptography's InvalidTag when anything differs."""
    return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], associated)
