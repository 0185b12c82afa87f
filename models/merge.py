"""Two requests of the same household become one, and can become two again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import KeyDomain
from models.base import Cell, Record, belongs_to


class RequestMerge(Record):
    """What a merge changed, so that one act undoes it.

    `people` maps who was merged to who stays. `before` holds, by "household" or person, what the
    request that stays said before it took values of the other, `after` what it took; `sealed` whose
    need for protection was taken over. A merge older than `after` has none.
    """

    __tablename__ = "request_merge"
    request_id: Mapped[UUID] = belongs_to("return_request")
    merged_id: Mapped[UUID] = belongs_to("return_request")
    subject_id: Mapped[UUID] = belongs_to("subject")
    merged_at: Mapped[datetime]
    merged_by_id: Mapped[UUID | None] = belongs_to("user")
    undone_at: Mapped[datetime | None]
    people: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before = Cell[dict[str, Any]]("request_merge.before", KeyDomain.NARRATIVE)
    after = Cell[dict[str, Any] | None]("request_merge.after", KeyDomain.NARRATIVE)
    sealed = Cell[list[str]]("request_merge.sealed", KeyDomain.TRAFFICKING)
