"""A PostgreSQL server of the tests' own: a temporary folder, a socket file, no port, no fsync."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import Connection, create_engine

from casework.services.work import Database

PATIENCE = 60
#: Who owns the tables, who the application is, who holds the keys: none a superuser.
OWNER, APPLICATION, KEYS = ROLES = ("casework_owner", "casework_application", "casework_keys")


def binaries() -> Path:
    """The folder of `initdb` and `postgres`: Debian keeps them off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).parent


@dataclass(frozen=True)
class Server:
    """A running server; databases are made and dropped by name."""

    folder: Path

    def url(self, name: str, role: str) -> str:
        return f"postgresql+psycopg://{role}@/{name}?host={self.folder}"

    def command(self, statement: str) -> None:
        place = f"host={self.folder} user=postgres dbname=postgres"
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, *names: str) -> None:
        """Empty databases of these names."""
        for name in names:
            self.copy("template0", name)

    def copy(self, source: str, name: str) -> None:
        """A database with what `source` holds; nobody may be connected to `source`.

        As files: without fsync seven times faster than through the write-ahead log.
        """
        owner = KEYS if name.endswith("_keys") else OWNER
        copied = f'TEMPLATE "{source}" OWNER {owner} STRATEGY FILE_COPY'
        self.command(f'CREATE DATABASE "{name}" {copied}')

    def drop(self, *names: str) -> None:
        for name in names:
            self.command(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def bare_connection(database: Database) -> Iterator[Connection]:
    """The data as they lie, past policy, row-level security and grants: what a thief would hold.

    Open: commit what you change.
    """
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        with database.engine.connect() as connection:
            yield connection
        return
    engine = create_engine(url.set(username="postgres"))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def running_server() -> Iterator[Server]:
    """Make and start a server as a user other than root; stop and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="casework-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    initdb: list[str | Path] = [binaries() / "initdb", "-D", data, "-U", "postgres"]
    subprocess.run(
        [*initdb, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        user=user,
        check=True,
        capture_output=True,
        cwd=folder,
    )
    options = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses="]
    options += ["autovacuum=off", "wal_level=minimal", "max_wal_senders=0"]
    options += [f"unix_socket_directories={folder}", "max_connections=200"]
    arguments = [part for option in options for part in ("-c", option)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries() / "postgres", "-D", data, *arguments],
            user=user,
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        _wait_for(folder, process)
        server = Server(folder)
        for role in ROLES:
            server.command(f"CREATE ROLE {role} LOGIN")
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        shutil.rmtree(folder)


def _wait_for(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return
