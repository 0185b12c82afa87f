"""A person about whom every table that can hold something of a person does hold something."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint, inspect, select

from casework.clock import now
from casework.services.rights.holdings import _kinds, rows_about
from casework.services.rights.subjects import reach_of
from casework.services.work import Work
from models.base import Amount, Base, Cell, Codes, UtcDateTime
from models.person import Person

#: Whose rows are under the key of a user or an organisation: they say nothing of a person.
OF_WORKERS = {
    *("authenticator", "passkey", "recovery_code", "user", "organisation", "concern"),
    *("request_draft", "import_file"),
}
PLAIN: dict[type, Any] = {
    int: 1,
    bool: False,
    date: date(2026, 1, 2),
    bytes: b"\x00" * 32,
    UUID: uuid4(),
}
OWN_TYPES: dict[type, Any] = {UtcDateTime: now(), Amount: Decimal(1), Codes: {}}


def kinds_of_people() -> list[type[Base]]:
    """Every table with a cell that may stand under a person's key."""
    return [
        kind
        for kind in _kinds()
        if kind.cells
        and "subject_id" in kind.__table__.columns
        and kind.__tablename__ not in OF_WORKERS
    ]


def say_everything(work: Work, person: Person, mark: str) -> dict[str, str]:
    """Mark every cell of one row of every such table that is hers alone; writes what is missing.

    Returns what was written by cell name. A table whose rows are unique to something of another
    person is left out.
    """
    marks = {}
    reach = reach_of(work, person)
    for kind in kinds_of_people():
        held = rows_about(work, reach).get(kind.__tablename__, [])
        own = [row for row in held if row.key_subject_id in reach.own]
        row = own[0] if own else _written(work, kind, person)
        for cell in kind.cells.values() if row else ():
            marks[cell.name] = f"{mark} {cell.name}"
            setattr(row, cell.attribute, _marked(cell, marks[cell.name]))
    return marks


def _written(work: Work, kind: type[Base], person: Person) -> Base | None:
    row = _row(work, kind, person)
    if any(_taken(work, kind, row, columns) for columns in _unique(kind)):
        return None
    work.session.add(row)
    work.session.flush()
    return row


def _unique(kind: type[Base]) -> list[list[str]]:
    """Names of the columns that no two rows share."""
    table = inspect(kind).local_table
    several = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    several += [list(one.columns) for one in table.indexes if one.unique]
    return [[column.name for column in columns] for columns in several]


def _taken(work: Work, kind: type[Base], row: Base, columns: list[str]) -> bool:
    same = [kind.__table__.columns[name] == getattr(row, name) for name in columns]
    return work.session.scalar(select(kind.id).where(*same).limit(1)) is not None


def _marked(cell: Cell[Any], mark: str) -> Any:
    """The mark in the form the cell keeps; days, numbers and yes or no are marked as text too."""
    (kind,) = get_args(cell.__orig_class__)  # type: ignore[attr-defined]
    kinds = [get_origin(one) or one for one in get_args(kind) or (kind,)]
    if dict in kinds:
        return {"said": mark}
    return [mark] if list in kinds else mark


def _row(work: Work, kind: type[Base], person: Person) -> Base:
    row = kind(subject_id=person.subject_id)
    for column in inspect(kind).local_table.columns:
        key = inspect(kind).get_property_by_column(column).key
        if key in ("id", "version", "subject_id") or column.name in _cells(kind):
            continue
        if key == "person_id":
            row.person_id = person.id  # type: ignore[attr-defined]
        elif not column.nullable and column.default is None:
            setattr(row, key, _plain(work, column))
    return row


def _cells(kind: type[Base]) -> set[str]:
    return set(kind.cells)


def _plain(work: Work, column: Any) -> Any:
    for reference in column.foreign_keys:
        return work.session.scalars(select(reference.column).limit(1)).first() or uuid4()
    codes = getattr(column.type, "enum_class", None)
    if codes is not None and issubclass(codes, Enum):
        return next(iter(codes))
    if type(column.type) in OWN_TYPES:
        return OWN_TYPES[type(column.type)]
    if column.type.python_type is str:
        return f"x{uuid4().hex[:12]}"[: getattr(column.type, "length", None)]
    return PLAIN[column.type.python_type]
