"""Compares what the database and the keys saw with what the log says, whatever a test does.

Installed once a session (tests/conftest.py), beneath the product's own accounting:

- every INSERT, UPDATE and DELETE on an audited table, as it reaches the engine, must stand in an
  entry that the same transaction committed;
- every file that was decrypted while a request was answered is told, with its subject, by an entry
  about an act on it, not about reading a page;
- every cell that was decrypted while a request was answered, other than for the machine alone
  (`Work.unseen`), must be told, with its subject, by an entry committed during that request; and
  an entry about reading tells of no cell that was not opened.

What a test's own code does to the database is its own affair: it plays the attacker.
"""

import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO
from uuid import UUID

import flask
import pytest
from sqlalchemy import Connection, Engine, event

from audit.events import COMPARTMENT
from audit.rows import audited_tables
from casework.actor import system_actor
from casework.crypto.cells import CellPlace
from casework.crypto.files import FilePlace, unseal_file
from casework.crypto.keyring import Keyring
from casework.services.documents import files as documents
from casework.services.protection.compartment import sealed_place
from casework.services.work import Work
from casework.vocabulary import KeyDomain
from casework.web.signed_in import SECRET
from casework.web.unit import DATABASE
from models.organisation import Organisation

ROOT = Path(__file__).resolve().parents[1]
TESTS = str(ROOT / "tests")
DML = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?')
READ = "personal_data.read"
#: Sealed answers that a form sends back to itself: what is opened was just typed, and never shown.
TOKENS = "form."
#: Entries that a request leaves without doing anything.
PASSIVE = {READ, COMPARTMENT, "access.refused"}

#: Routes, as `GET /cases`, that a request of this process went through with an answer.
EXERCISED: set[str] = set()

Row = tuple[str, str]
Opened = tuple[str, KeyDomain, UUID]


@dataclass
class Transaction:
    """What one transaction changed so far, and the entries it wrote."""

    rows: set[Row] = field(default_factory=set)
    made: set[Row] = field(default_factory=set)
    entries: list[dict[str, Any]] = field(default_factory=list)

    def copy(self) -> "Transaction":
        return Transaction(set(self.rows), set(self.made), list(self.entries))

    def change(self, rows: set[Row], context: Any) -> None:
        """Take note of rows; one that was made and deleted here never was."""
        if context.isdelete:
            self.rows -= rows & self.made
            rows -= self.made
        elif context.isinsert:
            self.made |= rows
        self.rows |= rows


class Thread(threading.local):
    """What happened in this thread since its request began."""

    def __init__(self) -> None:
        self.machine = 0
        self.opened: set[Opened] = set()
        self.own: set[Opened] = set()
        self.files: set[UUID] = set()
        self.entries: list[dict[str, Any]] = []


class Watch:
    """One a session; `problems` are sentences about what the log did not tell."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.statements = 0
        self.thread = Thread()
        self._transactions: dict[int, Transaction] = {}
        self._savepoints: dict[tuple[int, str], Transaction] = {}

    def _of(self, connection: Connection) -> Transaction:
        return self._transactions.setdefault(id(connection), Transaction())

    def executed(
        self,
        connection: Connection,
        _cursor: object,
        statement: str,
        _parameters: object,
        context: Any,
        _many: bool,
    ) -> None:
        match = DML.match(statement)
        if match is None or by_a_test():
            return
        table = match[1]
        values = context.compiled_parameters if context.compiled is not None else []
        if table == "audit_entry" and context.isinsert:
            self._of(connection).entries += [json.loads(row["body"]) for row in values]
        elif table in audited_tables():
            self.statements += 1
            ids = {row.get("id") or row.get(f"{table}_id") for row in values} - {None}
            if not ids:
                self.problems.append(f"rows of {table} changed by a statement that names none")
            rows = {(table, str(row_id)) for row_id in ids}
            self._of(connection).change(rows, context)

    def committed(self, connection: Connection) -> None:
        done = self._transactions.pop(id(connection), Transaction())
        told = {(row[0], row[1]) for entry in done.entries for row in entry["rows"]}
        for table, row_id in sorted(done.rows - told):
            self.problems.append(f"{table} {row_id} changed, and no entry says so")
        self.thread.entries += done.entries

    def rolled_back(self, connection: Connection) -> None:
        self._transactions.pop(id(connection), None)

    def saved(self, connection: Connection, name: str) -> None:
        self._savepoints[id(connection), name] = self._of(connection).copy()

    def unsaved(self, connection: Connection, name: str, _context: object) -> None:
        earlier = self._savepoints.pop((id(connection), name), None)
        if earlier is not None:
            self._transactions[id(connection)] = earlier

    def opened(self, place: CellPlace, cell: bytes) -> None:
        if self.thread.machine or place.name.startswith(TOKENS):
            return
        found = self.thread.own if ones_own_account(place) else self.thread.opened
        found.add((place.name, KeyDomain(cell[1]), place.subject_id))

    def request_began(self, _app: flask.Flask, **_: object) -> None:
        self.thread.opened, self.thread.own, self.thread.entries = set(), set(), []
        self.thread.files = set()

    def request_ended(self, app: flask.Flask, response: flask.Response, **_: object) -> None:
        entries, opened = self.thread.entries, self.thread.opened
        self.thread.machine += 1  # looking into sealed entries is not the request's reading
        told = {pair for entry in entries for pair in told_by(app, entry)}
        self.thread.machine -= 1
        place = f"{flask.request.method} {flask.request.url_rule} ({response.status_code})"
        for name, domain, subject in sorted(opened - _with_domain(told, opened)):
            self.problems.append(f"{place}: {name} ({domain.name}) of {subject} read, not told")
        acts = [entry for entry in entries if entry["event"] != READ]
        handled = {UUID(subject) for entry in acts for subject in entry["subjects"]}
        for subject in sorted(self.thread.files - handled):
            self.problems.append(f"{place}: a file of {subject} read, not told")
        seen = {(name, subject) for name, _domain, subject in opened | self.thread.own}
        for name in untrue(entries, seen):
            self.problems.append(f"{place}: the log tells of {name}, which nobody opened")
        self._exercise(response.status_code, entries)

    def _exercise(self, status: int, entries: list[dict[str, Any]]) -> None:
        request = flask.request
        acted = any(entry["event"] not in PASSIVE for entry in entries)
        if request.url_rule is not None and (acted if request.method == "POST" else status == 200):
            EXERCISED.add(f"{request.method} {request.url_rule.rule}")


def ones_own_account(place: CellPlace) -> bool:
    """A user's own name on her own page, or the account that somebody signs in to.

    Her session is in the log; that each of her pages greets her is not told again.
    """
    if not flask.has_request_context() or not place.name.startswith("user."):
        return False
    secret = flask.session.get(SECRET, "")
    return secret.startswith(str(place.row_id)) or (flask.request.blueprint == "auth")


def _with_domain(told: set[tuple[str, str, bool]], opened: set[Opened]) -> set[Opened]:
    """Those of `opened` that are told where their domain is told: sealed or in the open."""
    return {
        (name, domain, subject)
        for name, domain, subject in opened
        if (name, str(subject), domain is KeyDomain.TRAFFICKING) in told
    }


def told_by(app: flask.Flask, entry: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """(cell, subject, whether it is told under seal) that an entry accounts for."""
    for name in entry["cells"]:
        for subject in entry["subjects"]:
            yield name, subject, False
    if entry["event"] == COMPARTMENT:
        detail = unsealed(app, entry)
        for name in detail["cells"]:
            for subject in detail["subjects"]:
                yield name, subject, True


def unsealed(app: flask.Flask, entry: dict[str, Any]) -> dict[str, Any]:
    with app.extensions[DATABASE].reading(system_actor()) as work:
        organisation = work.session.get_one(Organisation, UUID(entry["actor"]["org"]))
        cell = bytes.fromhex(entry["facts"]["sealed"])
        found: dict[str, Any] = work.keyring.unseal(sealed_place(organisation), cell)
        return found


def untrue(entries: list[dict[str, Any]], seen: set[tuple[str, UUID]]) -> list[str]:
    """Cells and subjects of entries about reading that were not opened."""
    names = {name for name, _ in seen}
    subjects = {str(subject) for _, subject in seen}
    found: list[str] = []
    for entry in entries:
        if entry["event"] == READ:
            found += [name for name in entry["cells"] if name not in names]
            found += [f"subject {one}" for one in entry["subjects"] if one not in subjects]
    return found


def by_a_test() -> bool:
    """Whether the nearest frame of the checkout, beneath SQLAlchemy, is a test's."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(str(ROOT)) and "/.venv/" not in name:
            return name.startswith(TESTS)
        frame = frame.f_back
    return True


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch every database, key and application of this process."""
    watch = Watch()
    listeners = [
        ("after_cursor_execute", watch.executed),
        ("commit", watch.committed),
        ("rollback", watch.rolled_back),
        ("savepoint", watch.saved),
        ("rollback_savepoint", watch.unsaved),
    ]
    unseal, unseen = Keyring.unseal, Work.unseen

    def noted(keyring: Keyring, place: CellPlace, cell: bytes) -> Any:
        value = unseal(keyring, place, cell)
        watch.opened(place, cell)
        return value

    def noted_file(key: bytes, place: FilePlace, source: BinaryIO) -> Iterator[bytes]:
        if not watch.thread.machine:
            watch.thread.files.add(place.subject_id)
        return unseal_file(key, place, source)

    @contextmanager
    def machine(work: Work) -> Iterator[None]:
        watch.thread.machine += 1
        try:
            with unseen(work):
                yield
        finally:
            watch.thread.machine -= 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Keyring, "unseal", noted)
        patch.setattr(documents, "unseal_file", noted_file)
        patch.setattr(Work, "unseen", machine)
        for name, listener in listeners:
            event.listen(Engine, name, listener)
        flask.request_started.connect(watch.request_began)
        flask.request_finished.connect(watch.request_ended)
        yield watch
        flask.request_started.disconnect(watch.request_began)
        flask.request_finished.disconnect(watch.request_ended)
        for name, listener in listeners:
            event.remove(Engine, name, listener)
