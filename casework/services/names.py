"""Finding people by name: the in-memory index of this process, and searching under the policy.

Nothing searchable is stored. Each process reads the names it may need once, before it accepts
requests, and reads again the people named in `name_change` at the start of each search.
"""

from collections.abc import Iterable

from sqlalchemy import Select, func, insert, select, text
from sqlalchemy.orm import load_only

from casework.actor import system_actor
from casework.messages import ERASED
from casework.reference.names import name_keys
from casework.services.row_security.identity import SYSTEM
from casework.services.work import Database, Work, acting_for
from models.person import Person
from models.subject import NameChange

BATCH = 2_000
NAMES = ("ovog", "patronymic", "given_name", "latin_name")


def load_names(database: Database) -> None:
    """Read every person's name into the index of this process."""
    with database.reading(system_actor()) as work, work.indexing_names():
        database.names_read_to = _last_change(work)
        last = None
        while True:
            statement = _names().order_by(Person.id).limit(BATCH)
            if last is not None:
                statement = statement.where(Person.id > last)
            people = work.session.scalars(statement).all()
            if not people:
                break
            last = people[-1].id
            _index(database, people)
            work.forget_reads()
            work.session.expunge_all()


def _names() -> Select[Person]:
    """People with nothing of them but their names."""
    cells = (getattr(Person, Person.cells[name].column) for name in NAMES)
    return select(Person).options(load_only(Person.subject_id, *cells, raiseload=True))


def note_name_change(work: Work, person: Person) -> None:
    """Tell every process to read this person's name again."""
    change = insert(NameChange).values(row_id=person.id, transaction_id=_transaction_id(work))
    with acting_for(work.session, SYSTEM):  # writes nothing else: a flush a person is slow
        work.session.connection().execute(change)


def refresh_names(database: Database) -> None:
    """Read again the people that changed since the last search of this process."""
    with database.reading(system_actor()) as work, work.indexing_names():
        _refresh(work)
        work.forget_reads()


def _refresh(work: Work) -> None:
    database = work.database
    horizon = _horizon(work)
    rows = work.session.execute(
        select(NameChange.id, NameChange.row_id, NameChange.transaction_id)
        .where(NameChange.id > database.names_read_to)
        .order_by(NameChange.id)
    ).all()
    settled = [row for row in rows if horizon is None or row.transaction_id < horizon]
    if not settled:
        return
    ids = {row.row_id for row in settled}
    people = work.session.scalars(_names().where(Person.id.in_(ids))).all()
    for person_id in ids:
        database.names.remove(person_id)
    _index(database, people)
    unsettled = [row.id for row in rows if horizon is not None and row.transaction_id >= horizon]
    database.names_read_to = min(unsettled) - 1 if unsettled else rows[-1].id


def _index(database: Database, people: Iterable[Person]) -> None:
    for person in people:
        if person.given_name is ERASED:
            continue
        keys = name_keys(
            person.patronymic or "", person.given_name, person.latin_name or "", person.ovog or ""
        )
        database.names.add(person.id, keys)


def _last_change(work: Work) -> int:
    return work.session.scalar(select(func.max(NameChange.id))) or 0


def _transaction_id(work: Work) -> int:
    if work.session.get_bind().dialect.name == "sqlite":
        return 0
    return int(work.session.scalar(text("SELECT pg_current_xact_id()::text::bigint")) or 0)


def _horizon(work: Work) -> int | None:
    """Transactions below it are all committed or gone; None on SQLite, which has one writer."""
    if work.session.get_bind().dialect.name == "sqlite":
        return None
    query = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return int(work.session.scalar(query) or 0)
