"""Rows exactly as the database stores them, for verification.

SQLite keeps any value in any column, and a value spelt otherwise (an id in capitals, a flag of 2)
still reads the same but no longer matches a query: that is an alteration too. PostgreSQL keeps
types, so there only texts can be spelt otherwise.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, Dialect, Label, type_coerce
from sqlalchemy.types import NullType

from casework.errors import CaseworkError

#: What reading a value that the product never wrote may raise.
UNREADABLE = (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, CaseworkError)

Convert = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


class StoredColumns:
    """Reads some columns past every type, then holds each value against what would be written."""

    def __init__(self, dialect: Dialect, columns: Sequence[Column[Any]]) -> None:
        self.columns = columns
        self._lenient = dialect.name == "sqlite"
        self._conversions = [_conversions(dialect, column) for column in columns]

    def selected(self) -> list[Label[Any]]:
        """What to select, in the order that `values` reads."""
        return [
            type_coerce(column, NullType()).label(f"{column.table.name}_{column.name}")
            for column in self.columns
        ]

    def values(self, raw: Sequence[Any]) -> dict[str, Any]:
        """Column name to value; one of UNREADABLE when a value is not as the product writes it."""
        found = {}
        for column, (read, written), value in zip(
            self.columns, self._conversions, raw, strict=True
        ):
            found[column.name] = read(value)
            if self._lenient or isinstance(value, str):
                _hold_against(value, written(found[column.name]))
        return found


def _hold_against(value: object, written: object) -> None:
    if written != value or isinstance(written, str) != isinstance(value, str):
        raise ValueError("not as the product writes it")


def _conversions(dialect: Dialect, column: Column[Any]) -> tuple[Convert, Convert]:
    kind = column.type.dialect_impl(dialect)
    read = kind.result_processor(dialect, None)
    written = kind.bind_processor(dialect)
    return read or _same, written or _same
