"""The steps of a rotation on the key store: each is short, and safe to do twice."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Table,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
)
from sqlalchemy.types import Integer
from uuid_utils.compat import uuid7

from casework.crypto.domain_keys import DomainKeys
from casework.crypto.key_tables import (
    DomainKeyRow,
    KeptSecretRow,
    SigningKeyRow,
    SubjectKeyRow,
    domain_key,
    kept_secret,
    signing_key,
    subject_key,
)
from casework.crypto.keystore import KeyStore, announce
from casework.crypto.providers import RootProvider
from casework.crypto.wrapping import KEY_BYTES
from casework.vocabulary import KeyDomain

KEYS_AT_ONCE = 2_000
SUBJECTS_AT_ONCE = 500

Place = tuple[UUID, int, int]
_PLACE = tuple_(
    subject_key.c.subject_id,
    subject_key.c.domain,
    subject_key.c.generation,
    types=[Uuid(), Integer(), Integer()],
)
START: Place = (UUID(int=0), 0, 0)


def rewrap_domain_keys(store: KeyStore, provider: RootProvider, root_id: str) -> int:
    """Bring every domain key under this root, in one transaction; returns how many moved."""
    moved = []
    for row in store.domain_keys():
        if row.root_id == root_id:
            continue
        key = provider.unwrap(row.root_id, row.wrapped, row.associated)
        target = replace(row, root_id=root_id)
        moved.append(replace(target, wrapped=provider.wrap(root_id, key, target.associated)))
    with store.changing() as connection:
        for row in moved:
            values = {"root_id": row.root_id, "wrapped": row.wrapped}
            connection.execute(domain_key.update().where(domain_key.c.id == row.id).values(values))
    return len(moved)


def add_domain_keys(
    store: KeyStore, provider: RootProvider, root_id: str, epochs: Mapping[KeyDomain, int]
) -> None:
    """Make the key of each domain's epoch, unless it is there, and let every process notice."""
    there = {(row.domain, row.epoch) for row in store.domain_keys()}
    rows = []
    for domain, epoch in epochs.items():
        if (domain, epoch) not in there:
            row = DomainKeyRow(uuid7(), domain, epoch, root_id, b"")
            wrapped = provider.wrap(root_id, secrets.token_bytes(KEY_BYTES), row.associated)
            rows.append(replace(row, wrapped=wrapped))
    if rows:
        with store.changing() as connection:
            connection.execute(insert(domain_key), [vars(row) for row in rows])
            announce(connection)


def rewrap_subject_keys(
    store: KeyStore, keys: DomainKeys, old: Sequence[UUID], after: Place = START
) -> tuple[Place | None, int]:
    """Move the next data keys from `old` domain keys to the newest.

    Returns where to go on, None at the end, and how many moved. What was erased since it was
    read stays erased: a row is only ever updated.
    """
    statement = (
        select(subject_key)
        .where(after < _PLACE, subject_key.c.domain_key_id.in_(old))
        .order_by(subject_key.c.subject_id, subject_key.c.domain, subject_key.c.generation)
        .limit(KEYS_AT_ONCE)
    )
    with store.engine.connect() as connection:
        rows = [SubjectKeyRow(*row) for row in connection.execute(statement)]
    moved = [(row, _moved(row, keys, KeyDomain(row.domain))) for row in rows]
    _write_moved(store, subject_key, moved)
    if len(rows) < KEYS_AT_ONCE:
        return None, len(rows)
    return (rows[-1].subject_id, rows[-1].domain, rows[-1].generation), len(rows)


def rewrap_secrets(store: KeyStore, keys: DomainKeys, old: Sequence[UUID]) -> None:
    """Move the signing key and the kept secrets to the newest AUDIT key."""
    with store.engine.connect() as connection:
        signing = select(signing_key).where(signing_key.c.retired_at.is_(None))
        signers = [SigningKeyRow(**row._mapping) for row in connection.execute(signing)]
        kept = [KeptSecretRow(**row._mapping) for row in connection.execute(select(kept_secret))]
    for table, rows in ((signing_key, signers), (kept_secret, kept)):
        moving = [row for row in rows if row.domain_key_id in old]
        _write_moved(store, table, [(row, _moved(row, keys, KeyDomain.AUDIT)) for row in moving])


def remove_domain_keys(store: KeyStore, ids: Sequence[UUID]) -> list[UUID]:
    """Delete those of these domain keys under which nothing stands; returns the others."""
    with store.changing() as connection:
        locked = select(domain_key.c.id).where(domain_key.c.id.in_(ids)).with_for_update()
        found = list(connection.scalars(locked))
        used = _used(connection)
        removable = [key_id for key_id in found if key_id not in used]
        connection.execute(delete(domain_key).where(domain_key.c.id.in_(removable)))
        if removable:
            announce(connection)
    return [key_id for key_id in found if key_id in used]


def add_generation(
    store: KeyStore, keys: DomainKeys, generation: int, after: UUID = START[0]
) -> tuple[UUID | None, int]:
    """Make the keys of `generation` for the next subjects that lack them.

    Returns where to go on, None at the end, and how many subjects were looked at. Erasures wait
    meanwhile, so that nobody is given a key who was erased.
    """
    ids = (
        select(subject_key.c.subject_id)
        .where(subject_key.c.subject_id > after)
        .distinct()
        .order_by(subject_key.c.subject_id)
        .limit(SUBJECTS_AT_ONCE)
    )
    with store.changing() as connection:
        subjects = list(connection.scalars(ids))
        newest = (
            select(subject_key.c.subject_id, subject_key.c.domain)
            .where(subject_key.c.subject_id.in_(subjects))
            .group_by(subject_key.c.subject_id, subject_key.c.domain)
            .having(func.max(subject_key.c.generation) < generation)
        )
        rows = [
            _new_key(keys, subject_id, domain, generation)
            for subject_id, domain in connection.execute(newest)
        ]
        if rows:
            connection.execute(insert(subject_key), rows)
    return (subjects[-1] if len(subjects) == SUBJECTS_AT_ONCE else None), len(subjects)


def destroy_generations(store: KeyStore, generation: int, kept: Iterable[tuple[UUID, int]]) -> int:
    """Delete every data key older than `generation` that has a successor; returns how many.

    `kept` names (subject, domain) whose older keys must stay.
    """
    newer = subject_key.alias()
    succeeded = (
        select(newer.c.subject_id)
        .where(
            newer.c.subject_id == subject_key.c.subject_id,
            newer.c.domain == subject_key.c.domain,
            newer.c.generation >= generation,
        )
        .exists()
    )
    old = and_(subject_key.c.generation < generation, succeeded)
    statement = select(subject_key.c.subject_id, subject_key.c.domain).where(old).distinct()
    with store.engine.connect() as connection:
        found = {(row.subject_id, row.domain) for row in connection.execute(statement)}
    going = sorted(found - set(kept))
    pair = tuple_(subject_key.c.subject_id, subject_key.c.domain, types=[Uuid(), Integer()])
    deleted = 0
    for start in range(0, len(going), SUBJECTS_AT_ONCE):
        part = pair.in_(going[start : start + SUBJECTS_AT_ONCE])
        chosen = and_(subject_key.c.generation < generation, part)
        with store.changing() as connection:
            deleted += connection.execute(delete(subject_key).where(chosen)).rowcount
    if deleted:
        store.announce_renewal()
    return deleted


def newest_generation(store: KeyStore) -> int:
    """The highest generation that any data key has; 0 in an empty store."""
    with store.engine.connect() as connection:
        return connection.scalar(select(func.max(subject_key.c.generation))) or 0


def _moved(row: Any, keys: DomainKeys, domain: KeyDomain) -> Any:
    """The same key under the domain's newest key."""
    secret = keys.unwrap(row.domain_key_id, row.wrapped, row.associated)
    target = replace(row, domain_key_id=keys.wrapping(domain))
    return replace(target, wrapped=keys.wrap(target.domain_key_id, secret, target.associated))


def _write_moved(store: KeyStore, table: Table, moved: Sequence[tuple[Any, Any]]) -> None:
    """Update rows that still stand as they were read."""
    if not moved:
        return
    names = [*(column.name for column in table.primary_key), "domain_key_id"]
    same = [table.c[name] == bindparam(f"was_{name}") for name in names]
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("domain_key_id", "wrapped")}
    rows = [
        {f"was_{name}": getattr(before, name) for name in names}
        | {f"new_{name}": getattr(after, name) for name in new}
        for before, after in moved
    ]
    with store.writing() as connection:
        connection.execute(table.update().where(*same).values(new), rows)


def _used(connection: Connection) -> set[UUID]:
    statements = [
        select(subject_key.c.domain_key_id).distinct(),
        select(signing_key.c.domain_key_id).where(signing_key.c.retired_at.is_(None)),
        select(kept_secret.c.domain_key_id),
    ]
    return {key_id for statement in statements for key_id in connection.scalars(statement)}


def _new_key(keys: DomainKeys, subject_id: UUID, domain: int, generation: int) -> dict[str, Any]:
    domain_key_id = keys.wrapping(KeyDomain(domain))
    row = SubjectKeyRow(subject_id, domain, generation, domain_key_id, b"")
    wrapped = keys.wrap(domain_key_id, secrets.token_bytes(KEY_BYTES), row.associated)
    return vars(replace(row, wrapped=wrapped))
