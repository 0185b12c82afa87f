"""Rotating the root key: every domain key comes under a new root, and the old root is destroyed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.crypto.providers import new_root_id
from casework.crypto.rewrapping import rewrap_domain_keys
from casework.crypto.rotations import alone
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.keys.running import note, renewing
from casework.services.work import Database
from casework.vocabulary import RotationKind


@dataclass(frozen=True)
class RootRotated:
    """The new root, the destroyed ones, and the day on which the last of them is gone for good."""

    root: str
    destroyed: tuple[str, ...]
    gone_on: date | None


def rotate_root(database: Database) -> RootRotated:
    """Make a new root, rewrap the domain keys, commit, and destroy the roots before it.

    Running it again after an interruption finishes it. ConfigurationError when the provider is
    away: then nothing changed, or the rotation goes on the next time.
    """
    provider = database.keyring.domain_keys.provider

    def plan() -> dict[str, Any]:
        provider.roots()  # away: say so before anything is written
        return {"root": new_root_id(), "old": _roots_in_use(database)}

    with renewing(database, RotationKind.ROOT, plan) as rotation:
        root_id, old = rotation.plan["root"], rotation.plan["old"]
        provider.make_root(root_id)
        rewrap_domain_keys(database.keystore, provider, root_id)
        gone_on = destroy_roots(database, old)
        note(database, "keys.root_rotated", {"root": root_id, "destroyed": old})
    return RootRotated(root_id, tuple(old), gone_on)


def destroy_roots(database: Database, root_ids: list[str]) -> date | None:
    """Destroy roots that no domain key is under; returns the day on which the last is gone."""
    in_use = set(_roots_in_use(database))
    for root_id in root_ids:
        if root_id in in_use:
            raise InvalidInput(N_("The root key %(root)s is in use."), "root", root=root_id)
    provider = database.keyring.domain_keys.provider
    days = [provider.destroy_root(root_id) for root_id in root_ids]
    return max((day for day in days if day is not None), default=None)


def destroy_root(database: Database, root_id: str) -> date | None:
    """Destroy a root that was left behind; InvalidInput when it is in use or unknown."""
    with alone(database.keystore):
        if root_id not in database.keyring.domain_keys.provider.roots():
            raise InvalidInput(
                N_("There is no root key %(root)s. See: casework keys status"), "root", root=root_id
            )
        gone_on = destroy_roots(database, [root_id])
        note(database, "keys.root_destroyed", {"root": root_id})
    return gone_on


def _roots_in_use(database: Database) -> list[str]:
    return sorted({row.root_id for row in database.keystore.domain_keys()})
