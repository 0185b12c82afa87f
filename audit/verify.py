"""Proving the log: the chain, the copies, the triggers, and every business row.

Without anchors outside, a tail cut from both log and tables cannot be noticed: signed checkpoints
close that. Everything before the tail is bound.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from audit.canonical import canonical, moment, row_digest
from audit.chain import GENESIS, leaf_of, link_of
from audit.rows import audited_tables
from audit.stored import UNREADABLE, StoredColumns
from audit.triggers import missing
from casework.vocabulary import RowOp
from models.audit import AuditEntry, AuditLeaf, AuditQueue, AuditSubject

BATCH = 2_000
ENTRY: Any = AuditEntry.__table__
LEAF: Any = AuditLeaf.__table__
SUBJECT: Any = AuditSubject.__table__


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: `position` in the chain (0 outside it) and the entry's id."""

    what: str
    position: int = 0
    entry_id: UUID | None = None
    row: str | None = None

    def __str__(self) -> str:
        entry = f"entry {self.entry_id}" if self.entry_id else "entry"
        place = f"{entry} at position {self.position}" if self.position else "log"
        return f"{place}: {self.what}" + (f" ({self.row})" if self.row else "")


@dataclass
class Verification:
    """What was checked and what was found, the first bad entry first."""

    entries: int = 0
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Nothing was found."""
        return not self.problems

    @property
    def first(self) -> Problem | None:
        """The problem of the earliest entry; one outside the chain comes last."""
        placed = sorted(self.problems, key=lambda problem: problem.position or 2**62)
        return placed[0] if placed else None


@dataclass(frozen=True)
class LastSeen:
    """What the log last said of a row."""

    digest: str
    version: int
    op: str
    position: int
    entry_id: UUID


def verify(connection: Connection) -> Verification:
    """Check everything in one consistent read; `connection` must see sequenced entries."""
    result = Verification()
    last_seen: dict[tuple[str, str], LastSeen] = {}
    for problem in _chain_problems(connection, result, last_seen):
        result.problems.append(problem)
    result.problems += _unchained(connection)
    result.problems += _row_problems(connection, result, last_seen)
    result.problems += [
        Problem(f"trigger {name} is missing or altered") for name in missing(connection)
    ]
    return result


@dataclass(frozen=True)
class _Link:
    """A leaf with its entry; `entry` is None when the entry is gone or cannot be read."""

    place: int
    entry_id: UUID
    chained: bytes
    link: bytes
    entry: dict[str, Any] | None
    what: str = ""


def _chain_problems(
    connection: Connection, result: Verification, last_seen: dict[tuple[str, str], LastSeen]
) -> Iterator[Problem]:
    expected, link = 1, GENESIS
    places = connection.scalars(select(AuditLeaf.id).order_by(AuditLeaf.id)).all()
    for start in range(0, len(places), BATCH):
        batch = _links(connection, places[start : start + BATCH])
        subjects = _subjects(connection, [row.entry_id for row in batch])
        for row in batch:
            if row.place != expected:
                yield Problem(
                    "entries before it are missing from the chain", row.place, row.entry_id
                )
            if link_of(link, row.chained) != row.link:
                yield Problem(
                    "its link does not follow from the one before", row.place, row.entry_id
                )
            yield from _entry_problems(row, subjects.get(row.entry_id, set()), last_seen)
            expected, link = row.place + 1, row.link
            result.entries += 1


def _links(connection: Connection, places: Sequence[int]) -> list[_Link]:
    leaves = StoredColumns(connection.dialect, list(LEAF.columns))
    entries = StoredColumns(connection.dialect, list(ENTRY.columns))
    statement = (
        select(*leaves.selected(), *entries.selected())
        .outerjoin_from(LEAF, ENTRY, ENTRY.c.id == LEAF.c.entry_id)
        .where(LEAF.c.position.between(places[0], places[-1]))
        .order_by(LEAF.c.position)
    )
    count = len(leaves.columns)
    return [
        _link(leaves, row[:count], entries, row[count:]) for row in connection.execute(statement)
    ]


def _link(
    leaves: StoredColumns, leaf: Sequence[Any], entries: StoredColumns, entry: Sequence[Any]
) -> _Link:
    try:
        values = leaves.values(leaf)
    except UNREADABLE:
        return _Link(int(leaf[0]), UUID(int=0), b"", b"", None, "its leaf cannot be read")
    known = (values["position"], values["entry_id"], values["leaf"], values["link"])
    if all(value is None for value in entry):
        return _Link(*known, None, "the entry is gone")
    try:
        return _Link(*known, entries.values(entry))
    except UNREADABLE:
        return _Link(*known, None, "a column of the entry cannot be read")


def _subjects(connection: Connection, entry_ids: list[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    columns = StoredColumns(connection.dialect, list(SUBJECT.columns))
    statement = select(*columns.selected()).where(SUBJECT.c.entry_id.in_(entry_ids))
    for row in connection.execute(statement):
        try:
            values = columns.values(row)
        except UNREADABLE:
            found.setdefault(UUID(str(row[0])), set()).add("unreadable")
        else:
            found.setdefault(values["entry_id"], set()).add(str(values["subject_id"]))
    return found


def _entry_problems(
    row: _Link, subjects: set[str], last_seen: dict[tuple[str, str], LastSeen]
) -> Iterator[Problem]:
    if row.entry is None:
        yield Problem(row.what, row.place, row.entry_id)
        return
    if leaf_of(row.entry["body"]) != row.chained or row.entry["leaf"] != row.chained:
        yield Problem("its body or leaf was altered", row.place, row.entry_id)
    try:
        body = json.loads(row.entry["body"])
        sound = canonical(body) == row.entry["body"] and _copies(body) == _columns(row.entry)
        sound = sound and set(body["subjects"]) == subjects
        rows = [tuple(change) for change in body["rows"]]
    except (ValueError, KeyError, TypeError):
        yield Problem("its body cannot be read", row.place, row.entry_id)
        return
    if not sound:
        yield Problem(
            "a column or its subject index differs from its body", row.place, row.entry_id
        )
    for table, row_id, version, op, digest in rows:
        before = last_seen.get((table, row_id))
        last_seen[table, row_id] = LastSeen(digest, version, op, row.place, row.entry_id)
        if (before is None or before.op == RowOp.DELETE) != (op == RowOp.INSERT):
            yield Problem("a row's history has a gap", row.place, row.entry_id, f"{table} {row_id}")


def _copies(body: dict[str, Any]) -> tuple[Any, ...]:
    return (
        body["id"],
        body["at"],
        body["actor"]["id"],
        body["event"],
        body["outcome"],
        body["case"],
    )


def _columns(entry: dict[str, Any]) -> tuple[Any, ...]:
    ids = {name: entry[name] for name in ("id", "actor_id", "case_id")}
    texts = {name: None if value is None else str(value) for name, value in ids.items()}
    outcome = entry["outcome"].value
    return (
        texts["id"],
        moment(entry["at"]),
        texts["actor_id"],
        entry["event"],
        outcome,
        texts["case_id"],
    )


def _unchained(connection: Connection) -> list[Problem]:
    entries = connection.execute(
        select(AuditEntry.id)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .where(AuditLeaf.entry_id.is_(None))
        .order_by(AuditEntry.at)
    )
    problems = [Problem("the entry has no place in the chain", 0, row.id) for row in entries]
    index = connection.execute(
        select(AuditSubject.__table__.c.entry_id)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSubject.__table__.c.entry_id)
        .where(AuditEntry.id.is_(None))
    )
    problems += [Problem("the subject index names an unknown entry", 0, row[0]) for row in index]
    queued = connection.execute(select(AuditQueue.id).order_by(AuditQueue.id))
    return problems + [Problem("the entry still waits for its place", 0, row.id) for row in queued]


def _rows(connection: Connection, table: Any) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Id and values of each row; no values when one of them is not as the product writes it."""
    columns = StoredColumns(connection.dialect, list(table.columns))
    place = [column.name for column in table.columns].index("id")
    for row in connection.execute(select(*columns.selected())):
        try:
            values: dict[str, Any] | None = columns.values(row)
        except UNREADABLE:
            values = None
        yield _row_id(row[place]), values


def _row_id(raw: object) -> str:
    try:
        return str(UUID(str(raw)))
    except ValueError:
        return "of no id"


def _row_problems(
    connection: Connection, result: Verification, last_seen: dict[tuple[str, str], LastSeen]
) -> Iterator[Problem]:
    for name, table in sorted(audited_tables().items()):
        for row_id, values in _rows(connection, table):
            known = last_seen.pop((name, row_id), None)
            place = f"{name} {row_id}"
            result.rows += 1
            if known is None:
                yield Problem("a row without an entry", 0, None, place)
            elif values is None:
                what = "a column of a row cannot be read"
                yield Problem(what, known.position, known.entry_id, place)
            elif known.op == RowOp.DELETE or known.digest != row_digest(values):
                what = "a row differs from what this entry says"
                yield Problem(what, known.position, known.entry_id, place)
    for (name, row_id), known in last_seen.items():
        if known.op != RowOp.DELETE:
            what = "a row that this entry says exists is gone"
            yield Problem(what, known.position, known.entry_id, f"{name} {row_id}")
