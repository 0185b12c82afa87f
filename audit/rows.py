"""Which rows a transaction changed, and their digests: what binds business rows to the log."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction
from sqlalchemy.orm.attributes import History

from audit.canonical import row_digest
from casework.vocabulary import RowOp
from models.base import Base

CHANGED = "changed rows"
SAVEPOINTS = "changed rows before each savepoint"


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


@cache
def audited_tables() -> dict[str, Table]:
    """Tables of which every row must stand in the log, by name."""
    classes = [mapper.class_ for mapper in Base.registry.mappers]
    return {kind.__tablename__: kind.__table__ for kind in classes if kind.audited}


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
    """Names of the cells written or emptied."""
    attributes = inspect(row).attrs
    return tuple(
        cell.name
        for cell in type(row).cells.values()
        if any(value is not None for value in _before_and_after(attributes[cell.column].history))
    )


def _before_and_after(history: History) -> list[object]:
    return [*history.added, *history.deleted]


def _note(session: Session, row: Base, op: RowOp) -> None:
    changes: dict[tuple[str, UUID], RowChange] = session.info.setdefault(CHANGED, {})
    earlier = changes.get((row.__tablename__, row.id))
    made = earlier is not None and earlier.op is RowOp.INSERT
    if made and op is RowOp.DELETE:
        del changes[row.__tablename__, row.id]
        return
    cells = () if op is RowOp.DELETE else _changed_cells(row)
    if earlier is not None:
        cells = tuple(sorted({*cells, *earlier.cells}))
    changes[row.__tablename__, row.id] = _change(row, RowOp.INSERT if made else op, cells)


def _collect(session: Session, _context: object) -> None:
    written = [(row, RowOp.INSERT) for row in session.new]
    written += [(row, RowOp.UPDATE) for row in session.dirty if session.is_modified(row)]
    written += [(row, RowOp.DELETE) for row in session.deleted]
    for row, op in written:
        if row.audited:
            _note(session, row, op)


def _refuse_statements(state: ORMExecuteState) -> None:
    """A statement that changes many rows at once would leave rows that no entry accounts for."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    table = str(state.statement.table.name)  # type: ignore[attr-defined]
    if table in audited_tables():
        raise RuntimeError(f"rows of {table} are changed one by one, so that the log knows them")


def _enter(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        earlier = session.info.setdefault(SAVEPOINTS, {})
        earlier[transaction] = dict(session.info.get(CHANGED, {}))


def _undo(session: Session, transaction: SessionTransaction) -> None:
    """What was undone did not happen: no later entry may claim it."""
    earlier = session.info.get(SAVEPOINTS, {})
    session.info[CHANGED] = earlier.pop(transaction, {})


def _leave(session: Session, transaction: SessionTransaction) -> None:
    session.info.get(SAVEPOINTS, {}).pop(transaction, None)


def track_changes(session_class: type[Session]) -> None:
    """Collect the changed rows of every session of this class, to be claimed by an entry."""
    event.listen(session_class, "after_flush", _collect)
    event.listen(session_class, "do_orm_execute", _refuse_statements)
    event.listen(session_class, "after_transaction_create", _enter)
    event.listen(session_class, "after_soft_rollback", _undo)
    event.listen(session_class, "after_transaction_end", _leave)


def claim_changes(session: Session) -> list[RowChange]:
    """The rows changed since the last entry, which the caller's entry now accounts for."""
    changes: dict[tuple[str, UUID], RowChange] = session.info.pop(CHANGED, {})
    return list(changes.values())
