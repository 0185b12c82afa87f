"""Documents: the file is encrypted on disk, its kind, name and type in cells."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import DocumentEnd, DocumentKind, KeyDomain
from models.base import Cell, Record, belongs_to, code_of


class Document(Record):
    """A file of a case or a request, format CWF1 under `files/<id>`.

    `size` in bytes, rounded up to whole kilobytes. After its end the row stays and the file is
    gone; an erased person's document was ended by nobody (`destroyed_by_id` None) or by her eraser.
    """

    __tablename__ = "document"
    subject_id: Mapped[UUID] = belongs_to("subject")
    case_id: Mapped[UUID | None] = belongs_to("case")
    request_id: Mapped[UUID | None] = belongs_to("return_request")
    uploaded_by_id: Mapped[UUID] = belongs_to("user")
    uploaded_at: Mapped[datetime]
    domain: Mapped[int] = mapped_column(default=int(KeyDomain.NARRATIVE))
    size: Mapped[int]
    destroyed_at: Mapped[datetime | None]
    destroyed_by_id: Mapped[UUID | None] = belongs_to("user")
    destroyed_because: Mapped[DocumentEnd | None]
    name = Cell[str]("document.name")
    media_type = Cell[str]("document.media_type")
    #: that somebody has a medical paper tells of her health
    kind = Cell[DocumentKind]("document.kind", KeyDomain.NARRATIVE)

    @property
    def what(self) -> DocumentKind:
        """Its kind, as a code."""
        return code_of(DocumentKind, self.kind)
