"""A form sent twice is saved once."""

from sqlalchemy import select

from casework.clock import now
from casework.errors import StaleRecord
from casework.messages import N_
from casework.services.work import Work
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
    """Raise StaleRecord when `row` was saved after the page that names `version` was made."""
    if version is not None and row.version != version:
        raise StaleRecord(N_("This record was changed by someone else."))
