"""Keeping documents, and ending them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import allowed, purpose_of, require
from casework.services.cases.states import require_open
from casework.services.documents.accepting import AcceptedFile
from casework.services.documents.files import destroy_file, write_file
from casework.services.documents.reading import Holder, people_shown
from casework.services.work import Work
from casework.vocabulary import DocumentEnd, DocumentKind, KeyDomain, Purpose
from models.case import Case
from models.document import Document

_KILOBYTE = 1024

GONE = N_("This document was destroyed before. Its file cannot be brought back.")
WHOSE = N_("Choose whose document it is.")


def store(
    work: Work, holder: Holder, file: AcceptedFile, kind: DocumentKind, subject_id: UUID
) -> Document:
    """Keep `file` with a case or a request, about one of its people or about it as a whole.

    Raises Refused without document:upload, InvalidTransition on a closed case, InvalidInput when
    `subject_id` is nobody the actor sees there.
    """
    require(work, Permission.DOCUMENT_UPLOAD, holder)
    if isinstance(holder, Case):
        require_open(holder)
    if subject_id not in people_shown(work, holder).subjects:
        raise InvalidInput(WHOSE, "about")
    document = Document(
        subject_id=subject_id,
        case_id=holder.id if isinstance(holder, Case) else None,
        request_id=None if isinstance(holder, Case) else holder.id,
        uploaded_by_id=work.actor.id,
        uploaded_at=clock.now(),
        domain=int(KeyDomain.NARRATIVE),
        size=-(-len(file.content) // _KILOBYTE) * _KILOBYTE,
        name=file.name,
        media_type=file.type.media_type,
        kind=kind,
    )
    work.session.add(document)
    write_file(work, document, file.content)
    work.session.flush()
    facts = {"document": str(document.id), "size": document.size}
    work.record(_act("document.added", Permission.DOCUMENT_UPLOAD, document, facts))
    return document


def may_destroy(work: Work, holder: Holder, document: Document) -> bool:
    """Whoever sent it may take it back; else who may change the record itself."""
    if document.destroyed_at is not None or not allowed(work, Permission.DOCUMENT_UPLOAD, holder):
        return False
    return document.uploaded_by_id == work.actor.id or allowed(work, _change_of(holder), holder)


def destroy_document(work: Work, holder: Holder, document: Document, reason: DocumentEnd) -> None:
    """Destroy the file; the row stays and tells when, by whom and why.

    Raises Refused when it is neither the actor's document nor hers to change.
    """
    if document.destroyed_at is not None:
        raise InvalidTransition(GONE)
    if isinstance(holder, Case):
        require_open(holder)
    if document.uploaded_by_id != work.actor.id:
        require(work, _change_of(holder), holder)
    _end(work, document, reason)
    facts = {"document": str(document.id), "reason": reason.value}
    work.record(_act("document.destroyed", Permission.DOCUMENT_UPLOAD, document, facts))


def destroy_files(work: Work, subject_ids: Iterable[UUID]) -> int:
    """End every document of erased subjects; returns how many. The caller's entry tells of it."""
    living = work.session.scalars(
        select(Document).where(
            Document.subject_id.in_([*subject_ids]), Document.destroyed_at.is_(None)
        )
    ).all()
    for document in living:
        _end(work, document, DocumentEnd.ERASED)
    return len(living)


def _end(work: Work, document: Document, reason: DocumentEnd) -> None:
    document.destroyed_at = clock.now()
    document.destroyed_by_id = work.actor.id
    document.destroyed_because = reason
    destroy_file(work, document)


def _change_of(holder: Holder) -> Permission:
    if isinstance(holder, Case):
        return Permission.CASE_UPDATE
    return Permission.RETURN_REQUEST_UPDATE


def _act(event: str, permission: Permission, document: Document, facts: dict[str, Any]) -> Act:
    purpose = purpose_of(permission) if document.case_id else Purpose.RETURN_ASSISTANCE
    return Act(event, purpose, permission=permission, case_id=document.case_id, facts=facts)
