"""Everything held about one person, found by construction: every table, by subject and reference.

A row is hers when her key protects it or it names her. Of rows about several people she gets what
the row says in clear, and of its texts those that the officer let through.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, inspect, or_, select

from casework.services.rights.subjects import Reach
from casework.services.work import Work
from casework.vocabulary import KeyDomain, Role, Withheld
from models.base import Base, Cell
from models.organisation import Organisation
from models.user import User

#: Tables that say something of workers or of the machine alone, though they refer to her records.
NOT_HERS: Final = frozenset(
    {"exclusion", "notice", "activity_alert", "allocation_run", "season_plan", "name_change"}
)
#: Numbers of a household that would tell of people she may not know of.
OF_OTHERS: Final = frozenset(
    {
        ("allocation_outcome", "people"),
        ("allocation_outcome", "people_placed"),
        ("season_outcome", "people"),
    }
)
#: Columns that mean nothing outside the database.
_INNER: Final = frozenset({"id", "version", "subject_id"})
#: What names a row of another table, the first that it has.
_NAMES: Final = ("reference", "number", "code")

INCLUDE: Final = "include"
PROTECTED: Final = "protected"
HERS_ALONE: Final = "hers_alone"
UNDECIDED: Final = "undecided"
#: Cells that a package never holds, wherever it may lie later: what opens her status page, and
#: where she is safe.
KEPT_BACK: Final = {
    "request_pin.pin_hash": HERS_ALONE,
    "public_visit.shown": HERS_ALONE,
    "case.safe_location": Withheld.DANGER.value,
}


@dataclass(frozen=True)
class Somebody:
    """A member of staff: her organisation and role, never her name."""

    organisation: Organisation
    role: Role


@dataclass(frozen=True, repr=False)
class Field:
    """One field of a row; `withheld` says why its value is left out."""

    key: str
    value: Any = None
    withheld: str | None = None


@dataclass(frozen=True, repr=False)
class HeldRow:
    """One stored row. `shared`: it is about several people."""

    table: str
    id: UUID
    shared: bool
    fields: tuple[Field, ...]


@dataclass(frozen=True, repr=False)
class SharedText:
    """A text about several people; `key` names it in the request's choices."""

    key: str
    table: str
    field: str
    value: Any

    @property
    def words(self) -> str:
        """The value as people read it; lists and mappings as JSON."""
        plain = isinstance(self.value, str)
        return self.value if plain else json.dumps(self.value, ensure_ascii=False, default=str)


def text_key(cell: Cell[Any], row: Base) -> str:
    """How the choice about one text is kept: the cell's released name and the row."""
    return f"{cell.name}:{row.id}"


def rows_about(work: Work, reach: Reach) -> dict[str, list[Base]]:
    """Stored rows about the person by table, oldest first; none of a worker or of another person.

    Nothing in them is opened yet.
    """
    found: dict[str, list[Base]] = {}
    for kind in _kinds():
        clause = _about(kind, reach, found)
        if clause is not None:
            statement: Select[Any] = select(kind).where(clause).order_by(kind.id)
            rows = list(work.session.scalars(statement).unique())
            if rows:
                found[kind.__tablename__] = rows
    return found


@cache
def _kinds() -> tuple[type[Base], ...]:
    """Every table but the log's own: those with a subject first, since others refer to them."""
    kinds = {mapper.class_ for mapper in Base.registry.mappers}
    told = [kind for kind in kinds if kind.__module__ != "models.audit"]
    return tuple(sorted(told, key=lambda kind: (not _has_subject(kind), kind.__tablename__)))


def _has_subject(kind: type[Base]) -> bool:
    return "subject_id" in kind.__table__.columns


def _about(
    kind: type[Base], reach: Reach, found: Mapping[str, list[Base]]
) -> ColumnElement[bool] | None:
    columns = kind.__table__.columns
    if kind.__tablename__ in NOT_HERS:
        return None
    if "subject_id" in columns:
        return columns["subject_id"].in_(reach.own | reach.shared)
    if kind.__tablename__ == "subject":
        return columns["id"].in_(reach.own)
    if "person_id" in columns:
        return columns["person_id"].in_(reach.people)
    clauses = [
        column.in_([row.id for row in found[target]])
        for column, target in _references(kind)
        if target in found
    ]
    return or_(*clauses) if clauses else None


@cache
def _references(kind: type[Base]) -> tuple[tuple[Any, str], ...]:
    """Columns that refer to another table, each with its name."""
    return tuple(
        (column, reference.column.table.name)
        for column in kind.__table__.columns
        for reference in column.foreign_keys
    )


def shared_texts(work: Work, reach: Reach, keys: Collection[str]) -> list[SharedText]:
    """The texts of these keys, opened; others stay closed."""
    return [
        SharedText(
            text_key(cell, row), row.__tablename__, cell.attribute, getattr(row, cell.attribute)
        )
        for row, cell in shared_rows(work, reach)
        if text_key(cell, row) in keys
    ]


def shared_keys(work: Work, reach: Reach) -> list[str]:
    """Keys of all texts about several people, oldest first within each table, none opened."""
    return [text_key(cell, row) for row, cell in shared_rows(work, reach)]


def shared_rows(work: Work, reach: Reach) -> Iterator[tuple[Base, Cell[Any]]]:
    """Rows about several people with each text they hold, none opened."""
    for rows in rows_about(work, reach).values():
        for row in rows:
            if _is_shared(row, reach):
                yield from ((row, cell) for cell in _filled(row))


def _filled(row: Base) -> list[Cell[Any]]:
    """Cells with something in them that an officer may open."""
    return [
        cell
        for cell in type(row).cells.values()
        if cell.domain is not KeyDomain.TRAFFICKING
        and cell.name not in KEPT_BACK
        and getattr(row, cell.column) is not None
    ]


def _is_shared(row: Base, reach: Reach) -> bool:
    return getattr(row, "subject_id", None) in reach.shared


def holdings(work: Work, reach: Reach, choices: Mapping[str, str]) -> list[HeldRow]:
    """Everything about the person in words and codes.

    `choices`: what the officer decided on each shared text. What is kept in the trafficking
    compartment is opened only for an officer with the clearance; for another one the field says
    so for everybody alike.
    """
    rows = rows_about(work, reach)
    named = _Named(work, [row for held in rows.values() for row in held])
    return [
        HeldRow(
            table,
            row.id,
            _is_shared(row, reach),
            tuple(_fields(work, row, reach, choices, named)),
        )
        for table, held in rows.items()
        for row in held
    ]


def _fields(
    work: Work, row: Base, reach: Reach, choices: Mapping[str, str], named: "_Named"
) -> Iterator[Field]:
    shared = _is_shared(row, reach)
    mapper = inspect(type(row))
    sealed = {cell.column for cell in type(row).cells.values()}
    for column in mapper.local_table.columns:
        key = mapper.get_property_by_column(column).key
        if key not in _INNER and key not in sealed:
            yield _clear(row, key, column, reach, named)
    for cell in type(row).cells.values():
        yield _opened(work, row, cell, choices if shared else None)


def _clear(row: Base, key: str, column: Any, reach: Reach, named: "_Named") -> Field:
    value = getattr(row, key)
    if (row.__tablename__, key) in OF_OTHERS:
        return Field(key, withheld=Withheld.OTHER_PERSON.value)
    if isinstance(value, bytes):  # a keyed hash, or a sealed name of a key: no text
        return Field(key, f"{len(value)} B")
    for reference in column.foreign_keys:
        target = reference.column.table.name
        if target == "person" and value is not None and value not in reach.people:
            return Field(key, withheld=Withheld.OTHER_PERSON.value)
        return Field(key, named.of(target, value))
    return Field(key, value)


def _opened(work: Work, row: Base, cell: Cell[Any], choices: Mapping[str, str] | None) -> Field:
    if cell.domain is KeyDomain.TRAFFICKING and not work.actor.cleared:
        return Field(cell.attribute, withheld=PROTECTED)
    if cell.name in KEPT_BACK:
        return Field(cell.attribute, withheld=KEPT_BACK[cell.name])
    if choices is not None and getattr(row, cell.column) is not None:
        choice = choices.get(text_key(cell, row), UNDECIDED)
        if choice != INCLUDE:
            return Field(cell.attribute, withheld=choice)
    return Field(cell.attribute, getattr(row, cell.attribute))


class _Named:
    """What rows refer to, by the name it goes by; read once for a whole package."""

    def __init__(self, work: Work, rows: Collection[Base]) -> None:
        wanted: dict[str, set[UUID]] = {}
        for row in rows:
            for column, target in _references(type(row)):
                value = getattr(row, inspect(type(row)).get_property_by_column(column).key)
                if value is not None:
                    wanted.setdefault(target, set()).add(value)
        self._rows = {
            (target, row.id): row
            for target in wanted
            for row in _rows_of(work, target, wanted[target])
        }

    def of(self, target: str, row_id: UUID | None) -> Any:
        """An organisation, a member of staff, a number or reference, else the id itself."""
        row = self._rows.get((target, row_id)) if row_id else None
        if isinstance(row, User):
            return Somebody(row.organisation, row.role)
        if row is None or isinstance(row, Organisation):
            return row if row is not None else row_id
        return next((getattr(row, name) for name in _NAMES if hasattr(row, name)), row_id)


def _rows_of(work: Work, table: str, ids: set[UUID]) -> Iterable[Base]:
    kind = next(kind for kind in _kinds() if kind.__tablename__ == table)
    return work.session.scalars(select(kind).where(kind.id.in_(ids))).unique()
