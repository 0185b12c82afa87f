"""A start over missing, altered or powerless rules is refused, in words that say what to do."""

from dataclasses import replace

import pytest
from sqlalchemy import make_url

from casework.errors import ConfigurationError
from casework.jobs import make_queue
from casework.services.row_security.identity import KEY_FILE
from casework.services.setup import initialise, open_database
from casework.services.work import Database
from tests.conftest import on_postgresql
from tests.postgresql import OWNER, bare_connection

pytestmark = on_postgresql


def alter(database: Database, statement: str) -> None:
    with bare_connection(database) as connection, connection.begin():
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP POLICY rows ON person",
        "ALTER POLICY rows ON person USING (true)",
        "CREATE POLICY more ON person USING (true)",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE person NO FORCE ROW LEVEL SECURITY",
        "CREATE OR REPLACE FUNCTION row_security.everything() RETURNS boolean STABLE "
        "PARALLEL SAFE LANGUAGE sql AS 'SELECT true'",
        "ALTER FUNCTION row_security.reads_case(uuid) SECURITY DEFINER",
        "UPDATE row_security.installed SET source = 'true' WHERE name = 'person.rows'",
        "DROP SCHEMA row_security CASCADE",
    ],
)
def test_an_alteration_stops_the_start_and_init_mends_it(
    database: Database, statement: str
) -> None:
    alter(database, statement)
    with pytest.raises(ConfigurationError, match="Run: casework init"):
        open_database(database.settings)
    initialise(database.settings).close()
    open_database(database.settings).close()


def test_a_role_that_passes_by_the_rules_stops_the_start(database: Database) -> None:
    url = make_url(database.settings.database_url).set(username="postgres")
    powerful = replace(database.settings, database_url=url.render_as_string(hide_password=False))
    with pytest.raises(ConfigurationError, match="BYPASSRLS"):
        open_database(powerful)


def test_another_installations_key_stops_the_start(database: Database) -> None:
    key = database.settings.home / KEY_FILE
    key.write_text("00" * 32)
    with pytest.raises(ConfigurationError, match="does not accept"):
        open_database(database.settings)
    key.unlink()
    with pytest.raises(ConfigurationError, match="missing"):
        open_database(database.settings)
    initialise(database.settings).close()
    open_database(database.settings).close()


def test_the_queue_of_jobs_needs_no_right_but_its_own_schema(database: Database) -> None:
    queue = make_queue(database.settings, database)
    queue.storage.enqueue(b"[]")
    assert queue.storage.queue_size() == 1
    queue.storage.close()


def test_the_owner_sees_no_row_either(database: Database) -> None:
    """FORCE: also where the application connects as the owner, because nobody set two roles up."""
    url = database.engine.url.set(username=OWNER)
    owned = replace(
        database.settings,
        database_url=url.render_as_string(hide_password=False),
        database_owner_url=None,
    )
    initialise(owned).close()
    again = open_database(owned)
    with again.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM organisation").scalar() == 0
    again.close()
