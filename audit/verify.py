"""Proving the log: order, copies, moments, checkpoints, triggers, and every business row.

Without anchors outside, a tail cut from log and tables together cannot be noticed. Everything
before the tail is bound.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from audit.bodies import Body, read_body
from audit.business import Rows
from audit.chain import GENESIS
from audit.claims import Claim, Claims, Disagreement, Voucher, trusted_keys, unsigned
from audit.notes import MalformedNoteError, Note, VerifierKey
from audit.problems import Problem, Verification
from audit.reading import Spelling, Stored, log_parts, spelling
from audit.times import Times
from audit.triggers import missing
from models.audit import AuditCheckpoint, AuditEntry, AuditLeaf, AuditQueue, AuditSubject

#: An entry that vouches for the next key, and one that explains a moment that does not fit.
KEY_NAMED = "audit.key_named"
TIME_EXPLAINED = "audit.time_explained"


def verify(
    connection: Connection,
    anchored: Iterable[Claim] = (),
    keys: Sequence[VerifierKey] | None = None,
) -> Verification:
    """Check everything in one consistent read; `connection` must see sequenced entries.

    `anchored` are checkpoints kept outside. Signatures are checked against `keys`, and those they
    vouched for in the log, unless it is None.
    """
    kept, problems = _kept_checkpoints(connection)
    log = _Log(connection, [*kept, *anchored])
    log.read()
    result = log.result
    result.problems += problems
    result.problems += map(_as_problem, log.claims.finish())
    if keys is not None:
        trusted = trusted_keys(keys, log.vouchers)
        result.problems += map(_as_problem, unsigned(log.claims.claims, trusted))
    result.problems += _gone(kept, log.claims.claims)
    result.problems += log.unchained()
    result.problems += log.rows.problems(connection)
    result.problems += [
        Problem(f"trigger {name} is missing or altered") for name in missing(connection)
    ]
    result.rows = log.rows.seen
    result.problems = _with_entries(connection, result.problems)
    result.backsteps = _with_entries(connection, log.backsteps())
    return result


class _Log:
    """One reading of the log from its first entry to its last."""

    def __init__(self, connection: Connection, claims: Sequence[Claim]) -> None:
        self.result = Verification()
        self.claims = Claims(claims)
        self.rows = Rows()
        self.vouchers: list[Voucher] = []
        self._connection = connection
        self._spelling: Spelling = spelling(connection)
        self._times = Times()
        self._explained: set[int] = set()
        self._expected = 1
        self._link = GENESIS
        self._found = [0, 0]

    def read(self) -> None:
        """Check every entry."""
        for part in log_parts(self._connection, self._spelling):
            self.claims.take([_bytes(row.leaf) for row in part])
            for row in part:
                self._chain(row)
                if what := self._entry(row):
                    self._report(what, row)
            self._found[0] += sum(row.body is not None for row in part)
            self._found[1] += sum(row.subjects.count(",") + 1 for row in part if row.subjects)
        result = self.result
        result.entries, result.root = self.claims.range.size, self.claims.range.root()
        result.origin, result.agreed = self.claims.origin, self.claims.agreed

    def _report(self, what: str, row: Stored, changed: str | None = None) -> None:
        self.result.problems.append(Problem(what, row.position, row=changed))

    def _chain(self, row: Stored) -> None:
        if row.position != self._expected:
            self._report("entries before it are missing from the chain", row)
        link, leaf = _bytes(row.link), _bytes(row.leaf)
        if sha256(b"\x02" + self._link + leaf).digest() != link:
            self._report("its link does not follow from the one before", row)
        self._expected, self._link = row.position + 1, link

    def _entry(self, row: Stored) -> str | None:
        if row.body is None:
            return "the entry is gone"
        if not (type(row.body) is type(row.leaf) is bytes):
            return "a column of the entry cannot be read"
        if not sha256(b"\x00" + row.body).digest() == row.leaf == row.own_leaf:
            self._report("its body or leaf was altered", row)
        try:
            return self._content(row, read_body(row.body))
        except ValueError:
            return "its body cannot be read"

    def _content(self, row: Stored, body: Body) -> str | None:
        spelt = self._spelling.id
        copied = (
            self._spelling.moment(body.at) == row.at
            and spelt(body.id) == row.entry_id
            and body.event == row.event
            and body.outcome == row.outcome
            and (body.actor_id and spelt(body.actor_id)) == row.actor_id
            and (body.case_id and spelt(body.case_id)) == row.case_id
        )
        self._times.take(row.position, body.at)
        if gap := self.rows.take(row.position, body.rows):
            self._report("a row's history has a gap", row, gap)
        if body.event in _NOTED:
            self._note(body.event, json.loads(body.facts))
        if not copied or not _same_subjects(spelt(",".join(body.subjects)), row.subjects):
            return "a column or its subject index differs from its body"
        return None

    def _note(self, event: str, facts: dict[str, Any]) -> None:
        if event == TIME_EXPLAINED:
            self._explained.add(facts["position"])
        else:
            public, signature = bytes.fromhex(facts["key"]), bytes.fromhex(facts["signature"])
            self.vouchers.append(Voucher(public, signature))

    def backsteps(self) -> list[Problem]:
        """Entries whose moments do not fit and that no other entry explains."""
        return [
            Problem(str(step), step.position)
            for step in self._times.finish()
            if step.position not in self._explained
        ]

    def unchained(self) -> list[Problem]:
        """Entries without a place, index rows without an entry, and what still waits."""
        problems = []
        count = self._connection.scalar
        if count(select(func.count()).select_from(AuditEntry)) != self._found[0]:
            problems += _strays(self._connection)
        if count(select(func.count()).select_from(AuditSubject)) != self._found[1]:
            problems += _stray_subjects(self._connection)
        waiting = self._connection.scalars(select(AuditQueue.id).order_by(AuditQueue.id))
        what = "the entry still waits for its place"
        return problems + [Problem(what, entry_id=entry_id) for entry_id in waiting]


_NOTED = (KEY_NAMED, TIME_EXPLAINED)


def _same_subjects(written: str, indexed: str | None) -> bool:
    """Both separated by commas; the usual order is that of the body."""
    return written == (indexed or "") or (
        indexed is not None and sorted(written.split(",")) == sorted(indexed.split(","))
    )


def _bytes(value: object) -> bytes:
    """A stored hash; nothing when it is something else, which then fits nowhere."""
    return value if type(value) is bytes else b""


def _strays(connection: Connection) -> list[Problem]:
    entries = connection.scalars(
        select(AuditEntry.id)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .where(AuditLeaf.entry_id.is_(None))
        .order_by(AuditEntry.at)
    )
    return [Problem("the entry has no place in the chain", entry_id=found) for found in entries]


def _stray_subjects(connection: Connection) -> list[Problem]:
    index = connection.scalars(
        select(AuditSubject.id)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditSubject.id)
        .where(AuditLeaf.entry_id.is_(None))
    )
    what = "the subject index names an unknown entry"
    unknown = [Problem(what, entry_id=found) for found in index]
    return unknown or [Problem("the subject index does not fit the entries")]


def _kept_checkpoints(connection: Connection) -> tuple[list[Claim], list[Problem]]:
    """The checkpoints that the database keeps, and those that cannot be read."""
    claims, problems = [], []
    table: Any = AuditCheckpoint.__table__
    for size, note, subtrees in connection.execute(
        select(table.c.size, table.c.note, table.c.subtrees).order_by(table.c.size)
    ):
        try:
            claim = Claim("the database", Note.read(note), subtrees)
            if claim.size != size:
                raise MalformedNoteError
        except (MalformedNoteError, TypeError, AttributeError):
            problems.append(Problem("a checkpoint cannot be read", row=_named(size)))
        else:
            claims.append(claim)
    return claims, problems


def _gone(kept: Iterable[Claim], claims: Iterable[Claim]) -> list[Problem]:
    """Checkpoints that lie outside and that the database no longer has."""
    sizes = {claim.size for claim in kept}
    return [
        Problem(f"{claim.place} has a checkpoint that is gone here", row=_named(claim.size))
        for claim in claims
        if claim.size not in sizes
    ]


def _named(size: int) -> str:
    return f"audit_checkpoint {size}"


def _as_problem(found: Disagreement) -> Problem:
    until = found.last if found.last > found.first else 0
    return Problem(f"{found.what}; kept by {found.place}", found.first, until=until)


def _with_entries(connection: Connection, problems: Iterable[Problem]) -> list[Problem]:
    """The same problems with the ids of the entries at their positions."""
    return [
        replace(problem, entry_id=_entry_at(connection, problem.position))
        if problem.position and problem.entry_id is None
        else problem
        for problem in problems
    ]


def _entry_at(connection: Connection, position: int) -> UUID | None:
    raw = connection.exec_driver_sql(
        f"SELECT entry_id FROM audit_leaf WHERE position = {int(position)}"  # noqa: S608
    ).scalar()
    try:
        return UUID(str(raw))
    except ValueError:
        return None
