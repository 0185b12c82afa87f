"""Bringing the database to this version's schema, and refusing one from the future."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from audit import triggers
from casework.errors import ConfigurationError
from casework.messages import N_
from casework.services.row_security import install as row_security
from casework.services.row_security.identity import IdentitySigner

#: Where the queue of jobs keeps its own tables on PostgreSQL: the application makes them there.
QUEUE_SCHEMA = "queue"
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS / "environment"))
    config.set_main_option("version_locations", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revision_of(connection: Connection) -> str | None:
    """The migration the database is at; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def draft_migration(engine: Engine, revision: str, message: str) -> None:
    """Write the migration from the database's schema to the models', for a developer to read."""
    with engine.connect() as connection, connection.begin():
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def is_empty(connection: Connection) -> bool:
    """Whether nothing was ever created in this database."""
    return not inspect(connection).get_table_names()


def upgrade(engine: Engine, signer: IdentitySigner) -> None:
    """Run the migrations that are missing, and make the rules of rows anew: all or nothing.

    Raises ConfigurationError when the database was made by a newer version.
    """
    with _altering(engine) as connection:
        check_known(connection)
        row_security.remove(connection)
        command.upgrade(_config(connection), "head")
        row_security.install(connection, signer)
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {QUEUE_SCHEMA}"))


@contextmanager
def _altering(engine: Engine) -> Iterator[Connection]:
    """A transaction that may alter tables.

    SQLite cannot alter tables that others refer to while foreign keys are on, so they are off and
    checked at the end.
    """
    with engine.execution_options(begin="IMMEDIATE").connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        with connection.begin():
            yield connection
            if sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
                raise ConfigurationError(N_("The migration left rows that refer to nothing."))
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def grant_use(owner: Engine, role: str) -> None:
    """Let the application's role use tables, only add to the log and read it, and queue jobs."""
    log = set(triggers.TABLES)
    with owner.begin() as connection:
        quoted = connection.dialect.identifier_preparer.quote(role)
        for table in inspect(connection).get_table_names():
            rights = "SELECT, INSERT" if table in log else "SELECT, INSERT, UPDATE, DELETE"
            name = connection.dialect.identifier_preparer.quote(table)
            connection.execute(text(f"REVOKE ALL ON {name} FROM {quoted}"))
            connection.execute(text(f"GRANT {rights} ON {name} TO {quoted}"))
        connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
        connection.execute(text(f"GRANT USAGE, CREATE ON SCHEMA {QUEUE_SCHEMA} TO {quoted}"))
        row_security.grant_use(connection, quoted)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the database down to `revision` ("base" for nothing), without the rules of rows."""
    with _altering(engine) as connection:
        row_security.remove(connection)
        command.downgrade(_config(connection), revision)


@cache
def _history() -> tuple[str, ...]:
    """The migrations of this version, the newest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(script.revision for script in scripts)


def check_known(connection: Connection) -> None:
    """Raise ConfigurationError when a newer version of the product made this database."""
    current = revision_of(connection)
    if current is not None and current not in _history():
        raise ConfigurationError(
            N_(
                "The database was made by a newer version of Casework (%(revision)s). "
                "Install that version; nothing was changed."
            ),
            revision=current,
        )


def check_current(connection: Connection, signer: IdentitySigner) -> None:
    """Raise ConfigurationError unless schema and rules of rows are exactly this version's."""
    check_known(connection)
    if revision_of(connection) != _history()[0]:
        raise ConfigurationError(
            N_("The database is not set up for this version. Run: casework init")
        )
    row_security.check(connection, signer)
