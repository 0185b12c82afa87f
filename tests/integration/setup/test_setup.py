"""Setting up, and stopping in words when keys, schema or processes do not fit."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from audit.verify import verify
from casework.config import Settings, load_settings
from casework.crypto.providers import KeyFile
from casework.errors import ConfigurationError
from casework.reference.missions import missions
from casework.services.organisations import add_organisation, organisations_of
from casework.services.setup import command_actor, initialise, open_database
from casework.services.work import Database
from casework.vocabulary import OrganisationKind
from models.organisation import Organisation
from tests.conftest import on_sqlite
from tests.postgresql import bare_connection

ROOT = Path(__file__).resolve().parents[3]
CASEWORK = [sys.executable, "-c", "import sys; from casework.cli import main; sys.exit(main())"]


@pytest.fixture
def home(database: Database) -> Settings:
    """An installation with data in it, closed."""
    database.close()
    return database.settings


def opened(settings: Settings) -> Database:
    database = open_database(settings)
    database.close()
    return database


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CASEWORK, *arguments],
        env=environment(settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "CASEWORK_HOME": str(settings.home),
        "CASEWORK_DATABASE_URL": settings.database_url,
        "CASEWORK_KEYSTORE_URL": settings.keystore_url,
    }


def test_setting_up_makes_the_ministry_iom_and_the_missions(empty: Settings) -> None:
    database = initialise(empty)
    with database.reading(command_actor()) as work:
        [ministry] = organisations_of(work, [OrganisationKind.MINISTRY])
        [iom] = organisations_of(work, [OrganisationKind.IOM])
        posts = organisations_of(work, [OrganisationKind.MISSION])
    assert (ministry.code, iom.code) == ("MFA", "IOM")
    assert [post.code for post in posts] == sorted(mission.country for mission in missions())
    assert empty.keys.stat().st_mode & 0o777 == 0o600
    assert empty.home.stat().st_mode & 0o077 == 0
    with bare_connection(database) as connection:
        assert verify(connection).intact
    database.close()


def test_setting_up_again_changes_nothing(home: Settings) -> None:
    key = home.keys.read_bytes()
    before = count(home)
    initialise(home).close()
    assert home.keys.read_bytes() == key
    assert count(home) == before


def count(settings: Settings) -> int:
    database = open_database(settings)
    with bare_connection(database) as connection:
        found = connection.scalar(select(func.count()).select_from(Organisation)) or 0
    database.close()
    return found


def test_nothing_is_there_yet(settings: Settings) -> None:
    if settings.embedded:
        with pytest.raises(ConfigurationError, match="casework init"):
            open_database(settings)
        assert not settings.home.exists()


def test_a_lost_key_file_stops_and_no_new_key_is_made(home: Settings) -> None:
    home.keys.unlink()
    for start in (open_database, initialise):
        with pytest.raises(ConfigurationError, match="no new key is ever made"):
            start(home)
        assert not home.keys.exists()


def test_another_key_file_stops(home: Settings) -> None:
    kept = home.keys.read_bytes()
    home.keys.unlink()
    KeyFile.create(home.keys)
    for start in (open_database, initialise):
        with pytest.raises(ConfigurationError, match="not the one that protects"):
            start(home)
    home.keys.unlink()
    home.keys.write_bytes(kept)
    home.keys.chmod(0o600)
    opened(home)


def test_a_key_file_for_everybody_stops(home: Settings) -> None:
    home.keys.chmod(0o640)
    with pytest.raises(ConfigurationError, match="can be read by others"):
        open_database(home)


@on_sqlite
def test_a_lost_key_store_stops_and_no_new_key_is_made(home: Settings) -> None:
    store = home.home / "keys.db"
    kept = store.read_bytes()
    store.unlink()
    for start in (open_database, initialise):
        with pytest.raises(ConfigurationError, match=r"[Nn]o new key is ever made"):
            start(home)
    store.write_bytes(kept)
    opened(home)


@on_sqlite
def test_keys_and_store_lost_together_stop_too(home: Settings) -> None:
    home.keys.unlink()
    (home.home / "keys.db").unlink()
    with pytest.raises(ConfigurationError, match="No new key is ever made over existing data"):
        initialise(home)
    assert not home.keys.exists()


@on_sqlite
def test_keys_without_data_are_used_again(home: Settings) -> None:
    key = home.keys.read_bytes()
    (home.home / "casework.db").unlink()
    with pytest.raises(ConfigurationError, match="casework init"):
        open_database(home)
    initialise(home).close()
    assert home.keys.read_bytes() == key
    opened(home)


def test_a_database_of_a_newer_version_stops_and_is_left_alone(
    database: Database, home: Settings
) -> None:
    with bare_connection(database) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for start in (open_database, initialise):
        with pytest.raises(ConfigurationError, match=r"newer version of Casework \(9999\)"):
            start(home)
    with bare_connection(database) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    database.close()


def test_an_error_of_the_command_is_one_sentence(home: Settings) -> None:
    home.keys.unlink()
    answer = run(home, "organisation", "add", "RED", "--kind", "ngo", "--name", "Red")
    assert answer.returncode == 2
    assert answer.stderr.startswith("casework: The key file ")
    assert "Traceback" not in answer.stderr


def test_settings_that_cannot_be_read_stop_in_words() -> None:
    with pytest.raises(ConfigurationError, match="CASEWORK_WORKERS must be a whole number"):
        load_settings({"CASEWORK_WORKERS": "many"})


@contextmanager
def serving(settings: Settings, port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [*CASEWORK, "serve", "--port", str(port)],
        env=environment(settings) | {"CASEWORK_WORKERS": "1"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@on_sqlite
def test_a_second_server_on_the_same_data_stops(home: Settings) -> None:
    port = free_port()
    with serving(home, port) as first:
        deadline = time.monotonic() + 30
        while not answers(port):
            assert first.poll() is None, first.stderr and first.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        second = run(home, "serve", "--port", str(free_port()))
        assert second.returncode == 2
        assert "Another Casework process uses" in second.stderr
        elsewhere = replace(home, home=home.home.parent / "elsewhere")
        elsewhere.home.mkdir()
        shutil.copy(home.keys, elsewhere.home)
        third = run(elsewhere, "serve", "--port", str(free_port()))
        assert (third.returncode, "Another Casework process uses" in third.stderr) == (2, True)


WRITER = """
import sys
from casework.config import load_settings
from casework.services.organisations import add_organisation
from casework.services.setup import command_actor, open_database
from casework.vocabulary import OrganisationKind
from tests.postgresql import bare_connection
database = open_database(load_settings())
for number in range(15):
    with database.writing(command_actor()) as work:
        code = f"{sys.argv[1]}{number}"
        add_organisation(work, code=code, kind=OrganisationKind.NGO, name=code)
"""


def test_two_processes_write_at_once_and_nothing_is_lost(home: Settings) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name], env=environment(home), cwd=ROOT)
        for name in ("A", "B")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    database = open_database(home)
    with database.reading(command_actor()) as work:
        codes = {row.code for row in organisations_of(work, [OrganisationKind.NGO])}
    assert {f"{name}{number}" for name in "AB" for number in range(15)} <= codes
    with database.writing(command_actor()) as work:
        add_organisation(work, code="LAST", kind=OrganisationKind.NGO, name="Last")
    with bare_connection(database) as connection:
        assert [str(problem) for problem in verify(connection).problems] == []
    database.close()
