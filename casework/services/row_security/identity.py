"""Whom a transaction acts for: a signed claim that lives and ends with the transaction.

The claim is `role|user|organisation|seconds.mac`. The database holds the key of the mac where the
application's own database role cannot read it, so that a statement smuggled into a query can set
a claim but not sign one. A claim serves only transactions begun within minutes of its signing.
"""

import hmac
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, text

from casework.actor import Actor
from casework.errors import ConfigurationError
from casework.messages import N_
from casework.vocabulary import ActorKind

KEY_FILE = "identity.key"
KEY_BYTES = 32
BLOCK_BYTES = 64
#: Compiling the rules of a query takes longer than any query of a page: it is switched off too.
_SET = text("SELECT set_config('casework.identity', :claim, true), set_config('jit', 'off', true)")


@dataclass(frozen=True)
class Identity:
    """Who the rules are asked about: a user's role, or `system`, `names`, `anonymous`."""

    role: str
    user: UUID | None = None
    organisation: UUID | None = None


#: Sees every row: automatic steps, commands, and what a service reads beyond its actor.
SYSTEM = Identity("system")
#: Sees people, for the index of names, and nothing else.
NAMES = Identity("names")


def identity_of(actor: Actor) -> Identity:
    """The identity under which an actor's transactions run."""
    if actor.kind in (ActorKind.SYSTEM, ActorKind.COMMAND):
        return SYSTEM
    if actor.role is None:
        return Identity(ActorKind.ANONYMOUS.value)
    return Identity(actor.role.value, actor.id, actor.organisation_id)


class IdentitySigner:
    """Signs claims with the key in `home`; reads it when first needed."""

    def __init__(self, home: Path) -> None:
        self._path = home / KEY_FILE
        self._key: bytes | None = None

    def make_key(self) -> bytes:
        """The key, made when there is none yet."""
        if not self._path.exists():
            self._path.touch(mode=0o600)
            self._path.write_text(secrets.token_hex(KEY_BYTES))
        return self.key()

    def key(self) -> bytes:
        """The key of the mac; ConfigurationError when its file is missing or is not one."""
        if self._key is None:
            try:
                key = bytes.fromhex(self._path.read_text())
            except (OSError, ValueError):
                key = b""
            if len(key) != KEY_BYTES:
                raise ConfigurationError(
                    N_("The key of database identities, %(path)s, is missing. Run: casework init"),
                    path=self._path,
                )
            self._key = key
        return self._key

    def claim(self, identity: Identity) -> str:
        """The signed claim; by the machine's own clock, which no test may move."""
        parts = (identity.role, identity.user or "", identity.organisation or "", int(time.time()))
        said = "|".join(map(str, parts))
        return f"{said}.{hmac.digest(self.key(), said.encode(), sha256).hex()}"

    def apply(self, connection: Connection, identity: Identity) -> None:
        """Let the rest of the connection's transaction act for `identity`; nothing on SQLite."""
        if connection.dialect.name == "postgresql":
            connection.execute(_SET, {"claim": self.claim(identity)})


def pads(key: bytes) -> tuple[bytes, bytes]:
    """The inner and outer block of HMAC-SHA-256 (RFC 2104): with them SQL needs only sha256()."""
    block = key.ljust(BLOCK_BYTES, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)
