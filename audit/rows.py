"""Which rows a transaction changed, and their digests: what binds business rows to the log."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from audit.canonical import row_digest
from casework.vocabulary import RowOp
from models.base import Base

CHANGED = "changed rows"


@dataclass(frozen=True)
class RowChange:
    """One changed row as it is stored now; `digest` is empty after a deletion."""

    table: str
    id: UUID
    version: int
    op: RowOp
    digest: str
    subject_id: UUID | None
    cells: tuple[str, ...]

    def as_json(self) -> list[Any]:
        """[table, id, version, op, digest]"""
        return [self.table, str(self.id), self.version, self.op.value, self.digest]


def columns_of(row: Base) -> dict[str, Any]:
    """Column name to value, as the row is stored."""
    mapper = inspect(type(row))
    return {
        column.name: getattr(row, mapper.get_property_by_column(column).key)
        for column in mapper.local_table.columns
    }


def _change(row: Base, op: RowOp, cells: tuple[str, ...]) -> RowChange:
    digest = "" if op is RowOp.DELETE else row_digest(columns_of(row))
    subject_id = getattr(row, "subject_id", None)
    version: int = row.version  # type: ignore[attr-defined]
    return RowChange(row.__tablename__, row.id, version, op, digest, subject_id, cells)


def _changed_cells(row: Base) -> tuple[str, ...]:
    history = inspect(row).attrs
    return tuple(
        cell.name
        for cell in type(row).cells.values()
        if history[cell.column].history.has_changes() and getattr(row, cell.column) is not None
    )


def _note(session: Session, row: Base, op: RowOp) -> None:
    changes: dict[tuple[str, UUID], RowChange] = session.info.setdefault(CHANGED, {})
    earlier = changes.get((row.__tablename__, row.id))
    cells = () if op is RowOp.DELETE else _changed_cells(row)
    if earlier is not None:
        cells = tuple(sorted({*cells, *earlier.cells}))
        if earlier.op is RowOp.INSERT and op is RowOp.UPDATE:
            op = RowOp.INSERT
    changes[row.__tablename__, row.id] = _change(row, op, cells)


def _collect(session: Session, _context: object) -> None:
    written = [(row, RowOp.INSERT) for row in session.new]
    written += [(row, RowOp.UPDATE) for row in session.dirty if session.is_modified(row)]
    written += [(row, RowOp.DELETE) for row in session.deleted]
    for row, op in written:
        if row.audited:
            _note(session, row, op)


def track_changes(session_class: type[Session]) -> None:
    """Collect the changed rows of every session of this class, to be claimed by an entry."""
    event.listen(session_class, "after_flush", _collect)


def claim_changes(session: Session) -> list[RowChange]:
    """The rows changed since the last entry, which the caller's entry now accounts for."""
    changes: dict[tuple[str, UUID], RowChange] = session.info.pop(CHANGED, {})
    return list(changes.values())
