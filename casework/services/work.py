"""A unit of work: one actor, one session, one commit that holds change and entry."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from audit.chain import sequence
from audit.record import Act, record
from audit.rows import CHANGED, track_changes
from casework.actor import Actor
from casework.config import Settings
from casework.crypto.keyring import Keyring, NewSubject
from casework.crypto.keystore import KeyStore, make_private_file
from casework.errors import Conflict, StaleRecord
from casework.messages import N_
from casework.rules.name_index import NameIndex
from casework.services.row_security.identity import (
    NAMES,
    SYSTEM,
    Identity,
    IdentitySigner,
    identity_of,
)
from casework.services.sqlite import tune_sqlite
from casework.vocabulary import KeyDomain, SubjectKind
from models.base import KEYRING, READS, Base
from models.subject import Subject

NEW_KEYS_HELD = 1_000
#: Set in the session of a unit that only reads: whatever would change a row there fails.
READS_ONLY = "reads only"
#: Held shared by whoever writes on PostgreSQL; whoever renews keys waits for it alone.
KEYS_LOCK = 0x4B455953
IDENTITY = "identity"
SIGNER = "identity signer"


class CaseworkSession(Session):
    """A session whose cells are sealed before they are written and whose changes are tracked."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what is pending.

        Raises StaleRecord when another save of the same row came first, Conflict when a rule of
        the database itself refuses; neither tells of the row's values.
        """
        with _in_words():
            super().flush(objects)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except StaleDataError:
        raise StaleRecord(N_("This record was changed by someone else.")) from None
    except IntegrityError as error:
        reason = str(error.orig).splitlines()[0]  # PostgreSQL's next line quotes the row
        if "not null" in reason.lower().replace("-", " "):
            raise RuntimeError(reason) from None
        raise Conflict(
            N_("Someone else saved something that excludes this a moment ago. Look again.")
        ) from None


def _follow_keys(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Take up renewed keys and drop erased ones; a writer keeps its keys until it ends."""
    if transaction.nested:
        return
    writes = connection.get_execution_options().get("begin") == "IMMEDIATE"
    if writes and connection.dialect.name != "sqlite":
        connection.execute(text(f"SELECT pg_advisory_xact_lock_shared({KEYS_LOCK})"))
    keyring: Keyring = session.info[KEYRING]
    keyring.notice()


def _seal_cells(session: Session, _context: object, _rows: object) -> None:
    if session.info.get(READS_ONLY):
        raise RuntimeError("a unit of work that only reads would change a row")
    session.connection()  # begins the transaction, and so takes up the keys to seal with
    keyring: Keyring = session.info[KEYRING]
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Base):
            for cell in type(row).cells.values():
                cell.seal_pending(row, keyring)


def _identify(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Tell the database whom a transaction acts for, until it ends."""
    if not transaction.nested:
        session.info[SIGNER].apply(connection, session.info[IDENTITY])


@contextmanager
def acting_for(session: Session, identity: Identity) -> Iterator[None]:
    """What the session asks inside, the database answers as for `identity`."""
    before: Identity = session.info[IDENTITY]
    _say(session, identity)
    try:
        yield
    finally:
        _say(session, before)


def _say(session: Session, identity: Identity) -> None:
    session.info[IDENTITY] = identity
    if not session.in_transaction():
        return
    with suppress(SQLAlchemyError):  # a failed transaction only rolls back; the next is told
        session.info[SIGNER].apply(session.connection(), identity)


event.listen(CaseworkSession, "after_begin", _follow_keys)
event.listen(CaseworkSession, "before_flush", _seal_cells)
event.listen(CaseworkSession, "after_begin", _identify)
track_changes(CaseworkSession)


class Database:
    """Engines, sessions, keys and the name index of one running process."""

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        self.settings = settings
        self.keyring = keyring
        self.engine: Engine = _engine(settings.database_url)
        self.signer = IdentitySigner(settings.home)
        self.names = NameIndex()
        self.names_read_to = -1
        options: dict[str, Any] = {"class_": CaseworkSession, "expire_on_commit": False}
        self._readers = sessionmaker(self.engine, **options)
        writing = self.engine.execution_options(begin="IMMEDIATE")
        self._writers = sessionmaker(writing, **options)

    @property
    def keystore(self) -> KeyStore:
        """Where wrapped keys are stored."""
        return self.keyring.store

    @property
    def files(self) -> Path:
        """The folder of encrypted files."""
        return self.settings.home / "files"

    def close(self) -> None:
        """Give back every connection to the data and the keys."""
        self.engine.dispose()
        self.keystore.close()

    def reader(self, actor: Actor) -> "Work":
        """Work that only reads; the caller closes it."""
        info = self._info(actor) | {READS_ONLY: True}
        return Work(self, self._readers(info=info), actor, writes=False)

    def writer(self, actor: Actor) -> "Work":
        """Work that may change data; holds the write lock on SQLite from its first statement."""
        return Work(self, self._writers(info=self._info(actor)), actor, writes=True)

    def _info(self, actor: Actor) -> dict[Any, Any]:
        return {KEYRING: self.keyring, SIGNER: self.signer, IDENTITY: identity_of(actor)}

    @contextmanager
    def reading(self, actor: Actor) -> Iterator["Work"]:
        """Read; the caller accounts for personal data with `services.access.record_read`."""
        work = self.reader(actor)
        try:
            yield work
            work.end()
        finally:
            work.session.close()

    @contextmanager
    def writing(self, actor: Actor) -> Iterator["Work"]:
        """Change and commit once; any error rolls everything back."""
        work = self.writer(actor)
        try:
            yield work
            work.commit()
        finally:
            work.close()


def _engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        make_private_file(url)
        return tune_sqlite(create_engine(url, hide_parameters=True, connect_args={"timeout": 30}))
    return create_engine(url, hide_parameters=True, pool_pre_ping=True)


class Work:
    """What a service works with: `session` for rows, `actor` for policy, `record` for the log."""

    def __init__(self, database: Database, session: Session, actor: Actor, *, writes: bool) -> None:
        self.database = database
        self.session = session
        self.actor = actor
        self.request: str | None = None
        self._writes = writes
        self._new_keys: list[NewSubject] = []

    @property
    def keyring(self) -> Keyring:
        """Keys of this process."""
        return self.database.keyring

    def acting_as(self, actor: Actor) -> "Work":
        """The same unit of work in another's name: an automatic step of the system, or the demo."""
        other = Work(self.database, self.session, actor, writes=self._writes)
        other.request, other._new_keys = self.request, self._new_keys
        return other

    @contextmanager
    def beyond(self, reason: str) -> Iterator[None]:
        """Reads and writes inside reach past the actor's own rows: say in `reason` why they may.

        Row-level security gives way to the system's identity, and only inside; the policy's checks
        do not. Keep it narrow, and load all that is used afterwards: what is loaded lazily later
        must be the actor's own again. Only services open it, for what no reader is shown as such:
        a duplicate of another mission, a count of seats, a notice to somebody else.
        """
        if not reason:
            raise ValueError("say why this reaches beyond the actor's own rows")
        with self._as(SYSTEM):
            yield

    @contextmanager
    def indexing_names(self) -> Iterator[None]:
        """Reads inside see every person, to index the names, and nothing else."""
        with self._as(NAMES):
            yield

    @contextmanager
    def _as(self, identity: Identity) -> Iterator[None]:
        self.session.flush()
        with acting_for(self.session, identity):
            yield
            self.session.flush()

    def new_subject(self, kind: SubjectKind) -> Subject:
        """A subject with keys in every domain; they are committed before the data."""
        subject = Subject(kind=kind)
        self.session.add(subject)
        self._new_keys.append(self.keyring.new_subject(subject.id))
        if len(self._new_keys) > NEW_KEYS_HELD:
            self._store_keys()
        return subject

    def record(self, act: Act) -> UUID:
        """Append an entry that accounts for every row changed since the last one."""
        return record(self.session, self.actor, replace(act, request=act.request or self.request))

    def reads(self) -> set[tuple[str, KeyDomain, UUID]]:
        """Cells opened so far and not yet accounted for: (name, domain, subject)."""
        found: set[tuple[str, KeyDomain, UUID]] = self.session.info.get(READS, set())
        return found

    def forget_reads(self) -> None:
        """What was read so far is accounted for."""
        self.session.info.pop(READS, None)

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Reads inside are the machine's own (a score, a check) and show nobody anything."""
        before = set(self.reads())
        try:
            yield
        finally:
            self.session.info[READS] = before

    def commit(self) -> None:
        """Commit keys, then data.

        Raises RuntimeError when a changed row has no entry, StaleRecord when another save of the
        same row came first, Conflict when a rule of the database itself refuses.
        """
        try:
            with _in_words():
                self._commit()
        except (StaleRecord, Conflict):
            self.session.rollback()
            raise

    def _commit(self) -> None:
        self.session.flush()
        unaccounted = self.session.info.get(CHANGED)
        if unaccounted:
            tables = sorted({table for table, _ in unaccounted})
            self.session.rollback()
            raise RuntimeError(f"rows of {', '.join(tables)} changed without an audit entry")
        self._store_keys()
        self.session.commit()
        self._sequence()

    def end(self) -> None:
        """End the transaction and undo what was not committed.

        What a reader loaded stays usable; what a writer loaded is read afresh when used again.
        """
        if self._writes:
            self.session.rollback()
            self.keyring.drop_subjects(self._new_keys)
            self._new_keys.clear()
        else:
            self.session.commit()

    def close(self) -> None:
        """End the transaction and give the connection back."""
        self.end()
        self.session.close()

    def _store_keys(self) -> None:
        self.keyring.store_subjects(self._new_keys)
        self._new_keys.clear()

    def _sequence(self) -> None:
        if self.database.settings.embedded:
            return
        with self.beyond("the log is chained in the order of all entries"):
            if sequence(self.session):
                self.session.commit()
            else:
                self.session.rollback()
