"""Every business row against what the log last said of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Table

from audit.digests import UNREADABLE, RowDigests
from audit.problems import Problem
from audit.rows import audited_tables
from casework.vocabulary import RowOp

PART = 2_000


class LastSaid(NamedTuple):
    """The last change of a row that the log knows, and where it stands."""

    digest: str
    op: str
    position: int


class Rows:
    """What the log says of each row, in the order of its entries."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], LastSaid] = {}
        self.seen = 0

    def take(self, position: int, changes: list[list[Any]]) -> str | None:
        """The rows of an entry; the one whose history has a gap, if there is one."""
        gap = None
        for table, row_id, _version, op, digest in changes:
            before = self.known.get((table, row_id))
            self.known[table, row_id] = LastSaid(digest, op, position)
            if (before is None or before.op == RowOp.DELETE) != (op == RowOp.INSERT):
                gap = gap or f"{table} {row_id}"
        return gap

    def problems(self, connection: Connection) -> Iterator[Problem]:
        """Holds the tables against the log; to be called once, after the last entry."""
        for name, table in sorted(audited_tables().items()):
            for row_id, digest in _rows(connection, table):
                self.seen += 1
                yield from self._compare(name, row_id, digest)
        for (name, row_id), known in self.known.items():
            if known.op != RowOp.DELETE:
                what = "a row that this entry says exists is gone"
                yield Problem(what, known.position, row=f"{name} {row_id}")

    def _compare(self, name: str, row_id: str, digest: str) -> Iterator[Problem]:
        known = self.known.pop((name, row_id), None)
        if known is None:
            yield Problem("a row without an entry", row=f"{name} {row_id}")
        elif known.op == RowOp.DELETE or known.digest != digest:
            what = "a row differs from what this entry says"
            yield Problem(what, known.position, row=f"{name} {row_id}")


def _rows(connection: Connection, table: Table) -> Iterator[tuple[str, str]]:
    """Id and digest of each row; no digest when a value is not as the product writes it."""
    digests = RowDigests(connection.dialect, table)
    statement = digests.statement().execution_options(yield_per=PART)
    for part in connection.execute(statement).partitions():
        for row in part:
            try:
                digest = digests.of(row)
            except UNREADABLE:
                digest = ""
            yield _row_id(row[digests.id_place]), digest


def _row_id(raw: object) -> str:
    try:
        return str(UUID(str(raw)))
    except ValueError:
        return "of no id"
