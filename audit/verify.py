"""Proving the log: the chain, the copies, the triggers, and every business row.

Without anchors outside, a tail cut from both log and tables cannot be noticed: signed checkpoints
close that. Everything before the tail is bound.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, String, cast, select

from audit.canonical import canonical, moment, row_digest
from audit.chain import GENESIS, leaf_of, link_of
from audit.triggers import missing
from casework.vocabulary import RowOp
from models.audit import AuditEntry, AuditLeaf, AuditQueue, AuditSubject
from models.base import Base

BATCH = 2_000
UNREADABLE = (LookupError, ValueError, TypeError, ArithmeticError, AttributeError)


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


def _chain_problems(
    connection: Connection, result: Verification, last_seen: dict[tuple[str, str], LastSeen]
) -> Iterator[Problem]:
    expected, link = 1, GENESIS
    places = connection.scalars(select(AuditLeaf.id).order_by(AuditLeaf.id)).all()
    for start in range(0, len(places), BATCH):
        batch, unreadable = _leaves(connection, places[start : start + BATCH])
        yield from unreadable
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


def _leaves(connection: Connection, places: Sequence[int]) -> tuple[list[Any], list[Problem]]:
    """Leaves with their entries; one that no longer parses becomes a problem of its own."""
    statement = (
        select(
            AuditLeaf.id.label("place"),
            AuditLeaf.entry_id,
            AuditLeaf.leaf.label("chained"),
            AuditLeaf.link,
            *AuditEntry.__table__.c,
        )
        .outerjoin(AuditEntry, AuditEntry.id == AuditLeaf.entry_id)
        .order_by(AuditLeaf.id)
    )
    within = AuditLeaf.id.between(places[0], places[-1])
    try:
        return list(connection.execute(statement.where(within))), []
    except UNREADABLE:
        rows: list[Any] = []
        problems = []
        for place in places:
            try:
                rows += connection.execute(statement.where(AuditLeaf.id == place))
            except UNREADABLE:
                problems.append(Problem("a column of the entry cannot be read", place))
        return rows, problems


def _subjects(connection: Connection, entry_ids: list[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    table = AuditSubject.__table__
    for row in connection.execute(select(table).where(table.c.entry_id.in_(entry_ids))):
        found.setdefault(row.entry_id, set()).add(str(row.subject_id))
    return found


def _entry_problems(
    row: Any, subjects: set[str], last_seen: dict[tuple[str, str], LastSeen]
) -> Iterator[Problem]:
    if row.id is None:
        yield Problem("the entry is gone", row.place, row.entry_id)
        return
    if leaf_of(row.body) != row.chained or row.leaf != row.chained:
        yield Problem("its body or leaf was altered", row.place, row.entry_id)
    try:
        body = json.loads(row.body)
        sound = canonical(body) == row.body and _copies(body) == _columns(row)
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


def _columns(row: Any) -> tuple[Any, ...]:
    ids = [None if value is None else str(value) for value in (row.id, row.actor_id, row.case_id)]
    outcome = getattr(row.outcome, "value", row.outcome)
    return ids[0], moment(row.at), ids[1], row.event, outcome, ids[2]


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


def _audited_tables() -> list[Any]:
    classes = [mapper.class_ for mapper in Base.registry.mappers]
    return [kind.__table__ for kind in classes if kind.audited]


def _rows(connection: Connection, table: Any) -> tuple[Iterable[Any], list[Problem]]:
    """Rows of a table; one that no longer parses becomes a problem of its own."""
    try:
        return connection.execute(select(table)).all(), []
    except UNREADABLE:
        rows: list[Any] = []
        problems = []
        key = cast(table.c.id, String)
        for row_id in connection.scalars(select(key)).all():
            try:
                rows += connection.execute(select(table).where(key == row_id))
            except UNREADABLE:
                place = f"{table.name} {row_id}"
                problems.append(Problem("a column of a row cannot be read", 0, None, place))
        return rows, problems


def _row_problems(
    connection: Connection, result: Verification, last_seen: dict[tuple[str, str], LastSeen]
) -> Iterator[Problem]:
    for table in sorted(_audited_tables(), key=lambda table: str(table.name)):
        rows, unreadable = _rows(connection, table)
        yield from unreadable
        for row in rows:
            values = {column.name: getattr(row, column.key) for column in table.columns}
            known = last_seen.pop((table.name, str(row.id)), None)
            result.rows += 1
            if known is None:
                yield Problem("a row without an entry", 0, None, f"{table.name} {row.id}")
            elif known.op == RowOp.DELETE or known.digest != row_digest(values):
                what = "a row differs from what this entry says"
                place = f"{table.name} {row.id}"
                yield Problem(what, known.position, known.entry_id, place)
    for (table_name, row_id), known in last_seen.items():
        if known.op != RowOp.DELETE:
            what = "a row that this entry says exists is gone"
            place = f"{table_name} {row_id}"
            yield Problem(what, known.position, known.entry_id, place)
