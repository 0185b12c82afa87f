"""The folder of documents against the table of documents."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.services.work import Database
from casework.vocabulary import Purpose
from models.document import Document

#: A file is written before its row is committed; a younger one may still be waiting for it.
GRACE: Final = timedelta(days=1)


def sweep_files(database: Database) -> int:
    """Remove files that belong to no living document and count documents whose file is missing.

    Returns how many of both; the log keeps the two numbers when there are any.
    """
    with database.writing(system_actor()) as work:
        living = set(
            work.session.scalars(select(Document.id).where(Document.destroyed_at.is_(None)))
        )
        stored = _stored(database.files)
        orphans = [path for document_id, path in stored.items() if document_id not in living]
        orphans += database.files.glob("*.new")  # a renewal of keys that was cut short
        old = [path for path in orphans if _age(path) > GRACE]
        missing = len(living - set(stored))
        if old or missing:
            facts = {"orphans": len(old), "missing": missing}
            work.record(Act("files.swept", Purpose.ADMINISTRATION, facts=facts))
    for path in old:
        path.unlink(missing_ok=True)
    return len(old) + missing


def _stored(folder: Path) -> dict[UUID, Path]:
    """The files that are named like a document; what else lies there is not ours."""
    found: dict[UUID, Path] = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            found[UUID(path.name)] = path
        except ValueError:
            continue
    return found


def _age(path: Path) -> timedelta:
    return clock.now() - datetime.fromtimestamp(path.stat().st_mtime, UTC)
