"""Whose key protects a row, and the tokens that find a person by an identifier."""

from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import SubjectKind, TokenKind
from models.base import Base, Record, belongs_to


class Subject(Record):
    """A person, household, case, user or organisation with data keys of its own.

    Merging sets `merged_into_id` and re-encrypts nothing.
    """

    __tablename__ = "subject"
    kind: Mapped[SubjectKind]
    merged_into_id: Mapped[UUID | None] = belongs_to("subject")


class SearchToken(Record):
    """A keyed hash of an identifier. Not unique: two people may share a phone."""

    __tablename__ = "search_token"
    __table_args__ = (Index(None, "kind", "token"),)
    kind: Mapped[TokenKind]
    #: key epoch * 256 + normalisation version
    scheme: Mapped[int]
    token: Mapped[bytes] = mapped_column(LargeBinary(32))
    subject_id: Mapped[UUID] = belongs_to("subject")
    row_id: Mapped[UUID] = mapped_column(index=True)


class NameChange(Base):
    """Tells every worker's name index which person to read again; holds no name."""

    __tablename__ = "name_change"
    audited = False
    id: Mapped[int] = mapped_column(  # type: ignore[assignment]
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    #: transaction id on PostgreSQL, where sequences commit out of order; 0 on SQLite
    transaction_id: Mapped[int] = mapped_column(BigInteger, default=0)
    row_id: Mapped[UUID]

    def __init__(self, row_id: UUID, transaction_id: int = 0) -> None:
        self.row_id = row_id
        self.transaction_id = transaction_id
