"""Reading the whole database at once, whoever the rows belong to."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from audit.chain import sequence
from casework.actor import system_actor
from casework.services.work import Database


@contextmanager
def whole_database(database: Database) -> Iterator[Connection]:
    """A connection whose reads are all of one moment and see every row of every table."""
    with (
        database.reading(system_actor()) as work,
        work.beyond("the log is held against every row that there is"),
    ):
        options = {} if database.settings.embedded else {"isolation_level": "REPEATABLE READ"}
        yield work.session.connection(execution_options=options)


def sequence_all(database: Database) -> None:
    """Give every committed entry its place in the log."""
    if database.settings.embedded:
        return
    with database.writing(system_actor()) as work:
        while sequence(work.session):
            work.session.commit()
