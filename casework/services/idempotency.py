"""A form sent twice is saved once."""

import json

from sqlalchemy import select
from sqlalchemy.orm import object_session

from casework.clock import now
from casework.errors import StaleRecord
from casework.messages import N_
from casework.services.row_security.identity import SYSTEM
from casework.services.work import Work, acting_for
from models.audit import AuditEntry, AuditSubject
from models.base import Record
from models.work import IdempotencyKey


def saved_at(work: Work, key: bytes) -> str | None:
    """Where the page sent under this key led; None when it was not saved yet."""
    return work.session.scalar(
        select(IdempotencyKey.location).where(
            IdempotencyKey.user_id == work.actor.id, IdempotencyKey.key_hash == key
        )
    )


def remember(work: Work, key: bytes, location: str) -> None:
    """Note, in the same commit, where this key's page led."""
    work.session.add(
        IdempotencyKey(user_id=work.actor.id, key_hash=key, location=location, used_at=now())
    )


def expect_version(row: Record, version: int | None) -> None:
    """Raise StaleRecord when `row` was saved after the page that names `version` was made.

    Versions that only a renewal of keys made do not count: nobody changed anything.
    """
    if version is None or row.version == version:
        return
    since = set(range(version + 1, row.version + 1))
    if not since or not since <= _renewed_versions(row):
        raise StaleRecord(N_("This record was changed by someone else."))


def _renewed_versions(row: Record) -> set[int]:
    """Versions of `row` that re-encryption made, as the log tells."""
    session = object_session(row)
    if session is None or not type(row).cells:
        return set()
    told = (
        select(AuditEntry.body)
        .join(AuditSubject, AuditSubject.id == AuditEntry.id)
        .where(
            AuditSubject.subject_id == row.key_subject_id, AuditEntry.event == "keys.rows_renewed"
        )
    )
    with session.no_autoflush, acting_for(session, SYSTEM):
        bodies = session.scalars(told).all()
    changes = [change for body in bodies for change in json.loads(body)["rows"]]
    return {version for _, row_id, version, _, _ in changes if row_id == str(row.id)}
