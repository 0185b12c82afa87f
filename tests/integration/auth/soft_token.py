"""A passkey device made of software: answers challenges as a browser with an authenticator would.

Only what the product asks for: ES256, no attestation, the user always verified.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

VERIFIED = 0x05
PRESENT = 0x01
ATTESTED = 0x40


@dataclass
class SoftToken:
    """One key for one account; `count` is what it says next, None for one that does not count."""

    origin: str = "http://localhost"
    count: int | None = 1
    flags: int = VERIFIED
    handle: str = ""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        self.key = generate_private_key(SECP256R1())

    def register(self, options: dict[str, Any]) -> str:
        """The browser's answer to the options of a new passkey."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self._data(options["rp"]["id"], ATTESTED) + attested + cbor2.dumps(public)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"attestationObject": made, "clientDataJSON": client})

    def answer(self, options: dict[str, Any]) -> str:
        """The browser's answer to the options of a sign-in."""
        data = self._data(options["rpId"], 0)
        client = self._client("webauthn.get", options["challenge"])
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        parts = {"authenticatorData": data, "clientDataJSON": client, "signature": signed}
        return self._answer(parts | {"userHandle": base64url_to_bytes(self.handle)})

    def _data(self, host: str, flags: int) -> bytes:
        count = self.count or 0
        if self.count is not None:
            self.count += 1
        head = hashlib.sha256(host.encode()).digest()
        return head + bytes([self.flags | flags]) + count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, parts: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.credential_id)
        response = {part: bytes_to_base64url(value) for part, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
