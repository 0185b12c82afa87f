"""Rotating domain keys, and the retention epoch that does so for all of them under a new root."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from casework.crypto.providers import new_root_id
from casework.crypto.rewrapping import (
    START,
    Place,
    add_domain_keys,
    remove_domain_keys,
    rewrap_secrets,
    rewrap_subject_keys,
)
from casework.services.keys.roots import destroy_roots
from casework.services.keys.running import SETTLE_SECONDS, note, renewing
from casework.services.keys.tokens import renew_tokens
from casework.services.work import Database
from casework.vocabulary import KeyDomain, RotationKind


@dataclass(frozen=True)
class DomainsRotated:
    """The domains with their new epochs, and how many data keys moved."""

    epochs: Mapping[KeyDomain, int]
    keys: int


@dataclass(frozen=True)
class EpochStarted:
    """The new retention epoch, its root, the roots destroyed, and the day they are gone."""

    epoch: int
    root: str
    destroyed: tuple[str, ...]
    keys: int
    gone_on: date | None


def rotate_domains(
    database: Database, domains: Sequence[KeyDomain], settle: float = SETTLE_SECONDS
) -> DomainsRotated:
    """Give each of `domains` a new key, move what stands under the old one, and remove that.

    An interrupted rotation goes on with its own domains. What is derived from SEARCH and AUDIT is
    good for `settle` seconds more; then search tokens are made anew.
    """
    provider = database.keyring.domain_keys.provider

    def plan() -> dict[str, Any]:
        provider.roots()
        held = _epochs(database)
        root_id = database.keystore.domain_keys()[-1].root_id
        return {"root": root_id, "epochs": {str(int(d)): held[d] + 1 for d in domains}}

    with renewing(database, RotationKind.DOMAIN, plan) as rotation:
        epochs = _planned(rotation.plan)
        keys = _renew(database, rotation.plan["root"], epochs, settle)
        names = [domain.name.lower() for domain in sorted(epochs)]
        note(database, "keys.domain_rotated", {"domains": names, "keys": keys})
    return DomainsRotated(epochs, keys)


def rewrap_epoch(database: Database, settle: float = SETTLE_SECONDS) -> EpochStarted:
    """Start a retention epoch: new domain keys under a new root, and the old root destroyed.

    No copy of the key store from before opens anything afterwards, so that whoever was erased
    stays erased.
    """
    provider = database.keyring.domain_keys.provider

    def plan() -> dict[str, Any]:
        provider.roots()
        held = _epochs(database)
        epoch = max(held.values()) + 1
        old = sorted({row.root_id for row in database.keystore.domain_keys()})
        epochs = {str(int(domain)): epoch for domain in KeyDomain}
        return {"root": new_root_id(), "old": old, "epochs": epochs}

    with renewing(database, RotationKind.EPOCH, plan) as rotation:
        root_id, old = rotation.plan["root"], rotation.plan["old"]
        epochs = _planned(rotation.plan)
        epoch = max(epochs.values())
        provider.make_root(root_id)
        keys = _renew(database, root_id, epochs, settle)
        gone_on = destroy_roots(database, old)
        facts = {"epoch": epoch, "root": root_id, "destroyed": old, "keys": keys}
        note(database, "keys.epoch_started", facts)
    return EpochStarted(epoch, root_id, tuple(old), keys, gone_on)


def _epochs(database: Database) -> dict[KeyDomain, int]:
    """The newest epoch of each domain."""
    return {KeyDomain(row.domain): row.epoch for row in database.keystore.domain_keys()}


def _planned(plan: dict[str, Any]) -> dict[KeyDomain, int]:
    return {KeyDomain(int(domain)): epoch for domain, epoch in plan["epochs"].items()}


def _renew(database: Database, root_id: str, epochs: Mapping[KeyDomain, int], settle: float) -> int:
    store, keyring = database.keystore, database.keyring
    add_domain_keys(store, keyring.domain_keys.provider, root_id, epochs)
    told = time.monotonic()
    keyring.notice()
    old = [
        row.id for row in store.domain_keys() if row.epoch < epochs.get(KeyDomain(row.domain), 0)
    ]
    moved = _rewrap(database, old)
    if {KeyDomain.SEARCH, KeyDomain.AUDIT} & epochs.keys():
        time.sleep(max(0.0, told + settle - time.monotonic()))
        renew_tokens(database)
    while old := remove_domain_keys(store, old):
        moved += _rewrap(database, old)  # made under the old key while the others moved
    keyring.notice()
    return moved


def _rewrap(database: Database, old: Sequence[UUID]) -> int:
    store, keys = database.keystore, database.keyring.domain_keys
    after: Place | None = START
    moved = 0
    while after is not None:
        after, count = rewrap_subject_keys(store, keys, old, after)
        moved += count
    rewrap_secrets(store, keys, old)
    return moved
