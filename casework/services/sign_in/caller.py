"""Who knocks: nobody known yet, from some network, with some browser."""

from dataclasses import dataclass

from casework.actor import Actor, Origin
from casework.services.work import Database
from casework.vocabulary import (
    ActorKind,
    BrowserFamily,
    EntryChannel,
    KeyDomain,
    SystemFamily,
)


@dataclass(frozen=True)
class Caller:
    """Where a sign-in comes from: a keyed hash of the network address, families of the browser."""

    net: str | None = None
    browser: BrowserFamily = BrowserFamily.OTHER
    system: SystemFamily = SystemFamily.OTHER


def net_hash(database: Database, address: str | None) -> str | None:
    """A keyed hash of a network address: the log can tell two addresses apart, not read them."""
    if not address:
        return None
    return database.keyring.keyed_hash(KeyDomain.AUDIT, "net", address).hex()[:32]


def anonymous(net: str | None) -> Actor:
    """Somebody not signed in."""
    return Actor(ActorKind.ANONYMOUS, Origin(EntryChannel.WEB, None, net))
