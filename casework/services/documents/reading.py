"""The documents of a case or a request, and opening one."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.errors import FieldUnreadable, NotFound
from casework.policy import Permission
from casework.rules.file_types import FileType, type_of
from casework.services.access import require
from casework.services.documents.files import MISSING, read_file
from casework.services.requests.reading import shown_members
from casework.services.work import Work
from casework.vocabulary import Purpose
from models.case import Case
from models.document import Document
from models.person import Person
from models.return_request import ReturnRequest

Holder = Case | ReturnRequest


@dataclass(frozen=True)
class PeopleShown:
    """The people of a record whom the actor sees; `together` is the subject of papers of several.

    `together` is None when somebody of the record is hidden from the actor.
    """

    people: tuple[Person, ...]
    together: UUID | None

    @property
    def subjects(self) -> set[UUID]:
        """Whose papers the actor may see there."""
        alone = {person.subject_id for person in self.people}
        return alone | ({self.together} if self.together else set())


def people_shown(work: Work, holder: Holder) -> PeopleShown:
    """The people of a case or a request whose documents the actor may see."""
    if isinstance(holder, Case):
        return PeopleShown(tuple(member.person for member in holder.people), holder.subject_id)
    members = shown_members(work, holder)
    whole = len(members) == len(holder.members)
    people = tuple(member.person for member in members)
    return PeopleShown(people, holder.subject_id if whole else None)


def documents_of(work: Work, holder: Holder) -> list[Document]:
    """The documents of a case or a request that the actor may see, newest first."""
    require(work, Permission.DOCUMENT_READ, holder)
    held_by = Document.case_id if isinstance(holder, Case) else Document.request_id
    statement = (
        select(Document)
        .where(held_by == holder.id, Document.subject_id.in_(people_shown(work, holder).subjects))
        .order_by(Document.id.desc())
    )
    return list(work.session.scalars(statement))


def documents_about(work: Work, subject_ids: Iterable[UUID]) -> list[Document]:
    """Every document of these subjects, wherever it is held, oldest first."""
    statement = (
        select(Document).where(Document.subject_id.in_([*subject_ids])).order_by(Document.id)
    )
    return list(work.session.scalars(statement))


def find_document(work: Work, holder: Holder, document_id: UUID) -> Document:
    """The document of this id among those of `holder`; NotFound when it is not one of them."""
    for document in documents_of(work, holder):
        if document.id == document_id:
            return document
    raise NotFound


def open_document(work: Work, document: Document) -> bytes:
    """What the document holds, counted as read; FieldUnreadable when its file is destroyed."""
    if document.destroyed_at is not None:
        raise FieldUnreadable(MISSING)
    return read_file(work, document)


@dataclass(frozen=True, repr=False)
class OpenedFile:
    """What a document holds, and of which type it is."""

    content: bytes
    type: FileType


def download(work: Work, holder: Holder, document: Document, purpose: Purpose) -> OpenedFile:
    """What the document holds, for a purpose that the log keeps. Raises FieldUnreadable."""
    require(work, Permission.DOCUMENT_READ, holder)
    opened = OpenedFile(open_document(work, document), type_of(document.media_type))
    reads = work.reads()
    work.record(
        Act(
            "document.opened",
            purpose,
            permission=Permission.DOCUMENT_READ,
            case_id=document.case_id,
            subjects={subject for _, _, subject in reads},
            cells={name for name, _, _ in reads},
            facts={"document": str(document.id)},
        )
    )
    work.forget_reads()
    return opened
