"""Searching inside the canonical body of an entry, where purpose and channel stand.

Canonical JSON has one spelling: keys sorted, no blanks. `purpose` follows `permission` and precedes
`request`; `where` is the last key and `channel` its first. So a search for a few bytes is exact.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from casework.vocabulary import EntryChannel, Purpose
from models.audit import AuditEntry


class contains_bytes(FunctionElement[bool]):  # noqa: N801 - used like an SQL function
    """Whether the first argument holds the bytes of the second."""

    type = Boolean()
    inherit_cache = True


@compiles(contains_bytes)
def _instr(element: contains_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


@compiles(contains_bytes, "postgresql")
def _position(element: contains_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"pg_catalog.position({compiler.process(element.clauses, **options)}) > 0"


def for_purpose(purpose: Purpose) -> ColumnElement[bool]:
    """Entries that state this purpose; a fact of that name stands elsewhere and is not meant."""
    return _holds(f',"purpose":"{purpose.value}","request":')


def through_channel(channel: EntryChannel) -> ColumnElement[bool]:
    """Entries that came through this channel."""
    return _holds(f'"where":{{"channel":"{channel.value}",')


def _holds(text: str) -> ColumnElement[bool]:
    return contains_bytes(AuditEntry.body, literal(text.encode()))
