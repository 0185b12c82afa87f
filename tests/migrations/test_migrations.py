"""Migrations go up with data in them, match the models, and come down."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.orm import Session

import models
from audit import triggers
from audit.chain import sequence
from audit.verify import verify
from casework.config import Settings
from casework.services import schema
from casework.services.setup import initialise
from casework.services.work import Database
from models.base import Base
from tests.access.world import build_world
from tests.conftest import Cast
from tests.postgresql import bare_connection

assert models


@contextmanager
def owner(database: Database) -> Iterator[Engine]:
    """Who may alter the tables: on PostgreSQL another role than the application's."""
    url = database.settings.database_owner_url
    engine = create_engine(url) if url else database.engine
    yield engine
    if url:
        engine.dispose()


def upgrade(database: Database) -> None:
    with owner(database) as engine:
        schema.upgrade(engine, database.signer)


def downgrade(database: Database, revision: str) -> None:
    with owner(database) as engine:
        schema.downgrade(engine, revision)


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))


def test_the_migrated_schema_is_that_of_the_models(database: Database) -> None:
    assert differences(database) == []
    assert tables(database) == {*Base.metadata.tables, "alembic_version"}


def test_every_constraint_has_a_name(database: Database) -> None:
    """A name is what a later migration, and a conflict, refer to."""
    inspector = inspect(database.engine)
    for table in Base.metadata.tables:
        named = [inspector.get_pk_constraint(table), *inspector.get_foreign_keys(table)]
        named += [*inspector.get_unique_constraints(table), *inspector.get_check_constraints(table)]
        assert all(constraint["name"] for constraint in named), table
        assert all(str(index["name"]) for index in inspector.get_indexes(table)), table


def test_up_again_with_data_in_it_changes_nothing(database: Database, cast: Cast) -> None:
    build_world(database, cast)
    upgrade(database)
    with bare_connection(database) as connection:
        assert verify(connection).intact
        assert not list(triggers.missing(connection))


def test_rows_that_a_migration_changes_stay_bound_to_the_log(
    database: Database, cast: Cast
) -> None:
    build_world(database, cast)
    downgrade(database, "0003")
    upgrade(database)
    with bare_connection(database) as connection:
        sequence(Session(connection))
        found = [str(problem) for problem in verify(connection).problems]
    assert [problem for problem in found if "differs" in problem] == []


def test_down_to_nothing_and_up_again(database: Database, cast: Cast) -> None:
    build_world(database, cast)
    downgrade(database, "base")
    assert tables(database) <= {"alembic_version"}
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            left = "SELECT count(*) FROM pg_proc WHERE proname = 'refuse_audit_rewrite'"
            assert connection.scalar(text(left)) == 0
    upgrade(database)
    assert differences(database) == []
    with database.engine.connect() as connection:
        assert not list(triggers.missing(connection))


def test_a_migration_that_fails_leaves_nothing_behind(
    empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("audit.triggers.install", broken)
        with pytest.raises(RuntimeError, match="power cut"):
            initialise(empty)
    engine = create_engine(empty.database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    database = initialise(empty)
    assert differences(database) == []
    database.close()
