"""The folder of encrypted files, one a document, which follows what the database commits.

A file is written before its row is committed and destroyed after: whatever is cut short leaves a
file without a row, which `sweep_files` removes, and never a row without its file.
"""

import io
import os
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from casework.crypto.files import FilePlace, file_header, seal_file, unseal_file
from casework.errors import Conflict, FieldUnreadable
from casework.messages import N_
from casework.services.work import CaseworkSession, Work
from casework.vocabulary import KeyDomain
from models.base import READS
from models.document import Document

WRITTEN, DESTROYED = "files written", "files destroyed"
#: the name under which the log tells that a file was read
CONTENT = "document.content"

NO_ROOM = N_("The server could not keep the file. Nothing was saved; tell your administrator.")
MISSING = N_("The file of this document is missing. Tell your administrator.")


def path_of(work: Work, document: Document) -> Path:
    """Where the document's file lies."""
    return work.database.files / str(document.id)


def write_file(work: Work, document: Document, content: bytes) -> None:
    """Encrypt `content` into the document's file, which stays if the unit of work commits."""
    path, domain = path_of(work, document), KeyDomain(document.domain)
    key = work.keyring.data_key(domain, document.subject_id)
    place = FilePlace(document.id, document.subject_id)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        _paths(work.session, WRITTEN).add(path)
        with os.fdopen(opened, "wb") as target:
            seal_file(key.key, domain, key.generation, place, io.BytesIO(content), target)
            target.flush()
            os.fsync(target.fileno())
        _sync_folder(path.parent)
    except OSError:
        raise Conflict(NO_ROOM) from None


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_file(work: Work, document: Document) -> bytes:
    """The document's content, counted as read; FieldUnreadable when it is gone or was altered."""
    path, place = path_of(work, document), FilePlace(document.id, document.subject_id)
    try:
        domain, generation = file_header(path)
        key = work.keyring.key_of(domain, generation, document.subject_id)
        with path.open("rb") as source:
            content = b"".join(unseal_file(key, place, source))
    except FileNotFoundError:
        raise FieldUnreadable(MISSING) from None
    read = (CONTENT, KeyDomain(document.domain), document.subject_id)
    work.session.info.setdefault(READS, set()).add(read)
    return content


def destroy_file(work: Work, document: Document) -> None:
    """Remove the document's file once the unit of work is committed."""
    _paths(work.session, DESTROYED).add(path_of(work, document))


def _paths(session: Session, kind: str) -> set[Path]:
    paths: set[Path] = session.info.setdefault(kind, set())
    return paths


def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop(WRITTEN, None)
    _remove(session.info.pop(DESTROYED, ()))


def _rolled_back(session: Session, transaction: SessionTransaction) -> None:
    """Undo what was written; after a savepoint alone, the sweep finds what is left."""
    session.info.pop(DESTROYED, None)
    if not transaction.nested:
        _remove(session.info.pop(WRITTEN, ()))


def _remove(paths: Any) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


event.listen(CaseworkSession, "after_commit", _committed)
event.listen(CaseworkSession, "after_soft_rollback", _rolled_back)
