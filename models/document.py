"""Documents: the file is encrypted on disk, its name and type in cells."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import KeyDomain
from models.base import Cell, Record, belongs_to


class Document(Record):
    """A file of a case or a request, format CWF1 under `files/<id>`; `size` in bytes, padded."""

    __tablename__ = "document"
    subject_id: Mapped[UUID] = belongs_to("subject")
    case_id: Mapped[UUID | None] = belongs_to("case")
    request_id: Mapped[UUID | None] = belongs_to("return_request")
    uploaded_by_id: Mapped[UUID] = belongs_to("user")
    uploaded_at: Mapped[datetime]
    domain: Mapped[int] = mapped_column(default=int(KeyDomain.NARRATIVE))
    size: Mapped[int]
    name = Cell[str]("document.name")
    media_type = Cell[str]("document.media_type")
