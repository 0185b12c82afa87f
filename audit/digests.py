"""Digests of rows straight from how the database stores them, as audit.canonical.row_digest.

A value is written without being read first. That is safe because no two stored values are written
alike: one that the product never writes (an id in capitals, a flag of 2) gives another digest, or
UNREADABLE. SQLite keeps any value in any column; PostgreSQL keeps types.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Executable,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType, TypeDecorator

from audit.canonical import canonical, moment, stored
from models.base import Codes

UNREADABLE = (LookupError, ValueError, TypeError, AttributeError)

Written = Callable[[Any], str]

_FLAGS = {"0": "false", "1": "true"}
_HEX = re.compile("[0-9a-f]{32}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", re.ASCII)


class RowDigests:
    """Reads the rows of a table and gives their digests."""

    def __init__(self, dialect: Dialect, table: Table) -> None:
        self._columns = sorted(table.columns, key=lambda column: column.name)
        kind = _of_sqlite if dialect.name == "sqlite" else _of_postgresql
        self._written = [(f'"{column.name}":', kind(column)) for column in self._columns]
        self.id_place = [column.name for column in self._columns].index("id")

    def statement(self) -> Executable:
        """Selects every row, past every type."""
        return select(*(type_coerce(column, NullType()) for column in self._columns))

    def of(self, row: Sequence[Any]) -> str:
        """The digest, hex, of a row of `statement`; one of UNREADABLE when it has none."""
        parts = [
            f"{name}null" if value is None else name + written(value)
            for (name, written), value in zip(self._written, row, strict=True)
        ]
        return sha256(f"{{{','.join(parts)}}}".encode()).hexdigest()


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("not a text")
    return encode_basestring(value)


def _number(value: Any) -> str:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return str(value)


def _flag(value: Any) -> str:
    return _FLAGS[_number(value)]


def _bytes(value: Any) -> str:
    if type(value) is not bytes:
        raise TypeError("not bytes")
    return f'"{value.hex()}"'


def _id(value: Any) -> str:
    if not _HEX.fullmatch(value):
        raise ValueError("not an id")
    return f'"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"'


def _moment(value: Any) -> str:
    if not _MOMENT.fullmatch(value):
        raise ValueError("not a moment")
    return f'"{value[:10]}T{value[11:]}Z"'


def _codes(value: Any) -> str:
    read = json.loads(value)
    if json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != value:
        raise ValueError("not as the product writes it")
    return canonical(stored(read)).decode()


#: How SQLite's columns are written; the first kind that fits.
_SQLITE: tuple[tuple[type, Written], ...] = (
    (Codes, _codes),
    (Uuid, _id),
    (DateTime, _moment),
    (Boolean, _flag),
    (LargeBinary, _bytes),
    (Integer, _number),
    (Date, _text),
    (String, _text),
)
#: How PostgreSQL's values are written, which keep their types.
_POSTGRESQL: dict[type, Written] = {
    UUID: lambda value: f'"{value}"',
    datetime: lambda value: f'"{moment(value)}"',
    date: lambda value: f'"{value.isoformat()}"',
    bool: lambda value: "true" if value else "false",
    int: str,
    bytes: _bytes,
    str: encode_basestring,
}


def _of_sqlite(column: Column[Any]) -> Written:
    kind = column.type
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return next(
        written for known, written in _SQLITE if known in {type(kind)} | {*type(plain).mro()}
    )


def _of_postgresql(column: Column[Any]) -> Written:
    if isinstance(column.type, Codes):
        return _codes
    return lambda value: _POSTGRESQL[type(value)](value)
