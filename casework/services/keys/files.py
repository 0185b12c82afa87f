"""Bringing encrypted files under a new generation of data keys."""

import io
import os
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from casework.crypto.files import FilePlace, file_header, seal_file, unseal_file
from casework.errors import FieldUnreadable
from casework.services.documents.files import path_of
from casework.services.keys.running import writing_alone
from casework.services.setup import command_actor
from casework.services.work import Database, Work
from models.document import Document


def renew_files(database: Database, generation: int) -> int:
    """Encrypt anew every document's file older than `generation`; returns how many."""
    with database.reading(command_actor()) as work:
        older = [document.id for document in _documents(work) if _older(work, document, generation)]
    count = 0
    for document_id in older:
        with writing_alone(database) as work:
            count += _renew(work, work.session.get_one(Document, document_id))
    return count


def files_left(work: Work, generation: int) -> set[tuple[UUID, int]]:
    """(subject, domain) of files that are still older: damaged ones."""
    return {
        (document.subject_id, document.domain)
        for document in _documents(work)
        if _older(work, document, generation)
    }


def _documents(work: Work) -> list[Document]:
    statement = select(Document).where(Document.destroyed_at.is_(None)).order_by(Document.id)
    return list(work.session.scalars(statement))


def _older(work: Work, document: Document, generation: int) -> bool:
    path = path_of(work, document)
    try:
        return path.exists() and file_header(path)[1] < generation
    except FieldUnreadable:
        return True


def _renew(work: Work, document: Document) -> bool:
    """Put a newly encrypted file in place of the old one at once; whoever reads that goes on."""
    path = path_of(work, document)
    if document.destroyed_at is not None or not path.exists():
        return False
    beside = path.with_name(f"{path.name}.new")
    try:
        _write(work, document, path, beside)
        beside.replace(path)
    except FieldUnreadable:
        return False
    finally:
        beside.unlink(missing_ok=True)
    return True


def _write(work: Work, document: Document, path: Path, beside: Path) -> None:
    domain, generation = file_header(path)
    place = FilePlace(document.id, document.subject_id)
    old = work.keyring.key_of(domain, generation, document.subject_id)
    new = work.keyring.data_key(domain, document.subject_id)
    descriptor = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    with path.open("rb") as source, os.fdopen(descriptor, "w+b") as target:
        content = io.BytesIO(b"".join(unseal_file(old, place, source)))
        seal_file(new.key, domain, new.generation, place, content, target)
        target.flush()
        os.fsync(target.fileno())
