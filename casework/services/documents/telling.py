"""What the timeline of a case tells of its documents."""

from collections.abc import Iterator

from casework.messages import N_, Message
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.cases.timeline_item import TimelineItem
from casework.services.documents.reading import documents_of
from casework.services.work import Work
from models.case import Case

ADDED, DESTROYED = Message(N_("Document added")), Message(N_("Document destroyed"))


def of_documents(work: Work, case: Case) -> Iterator[TimelineItem]:
    """When a document came and when its file was destroyed; what it is, the list says."""
    if not allowed(work, Permission.DOCUMENT_READ, case):
        return
    for document in documents_of(work, case):
        page = ("documents.open_case", {"case_id": case.id, "document_id": document.id})
        yield TimelineItem(
            document.uploaded_at, ADDED, document.what, document.uploaded_by_id, None, *page
        )
        if document.destroyed_at is not None:
            yield TimelineItem(
                document.destroyed_at, DESTROYED, document.what, document.destroyed_by_id
            )
