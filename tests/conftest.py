"""A real database with the set-up's first rows, and a named cast to act in it.

CASEWORK_TEST_DATABASES names the databases to test on: `sqlite` (default), `sqlite,postgresql`.
Everything is made once a session; each test gets a copy of its own.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest

from casework.actor import Actor, Origin
from casework.config import Settings, load_settings
from casework.garbage import settle
from casework.services.organisations import add_organisation
from casework.services.setup import command_actor, initialise, open_database
from casework.services.users import actor_of, add_user, find_user
from casework.services.work import Database, Work
from casework.vocabulary import EntryChannel, OrganisationKind, Role
from tests.compiled_once import compiled_once
from tests.exercised import pytest_sessionfinish, pytest_testnodedown
from tests.postgresql import APPLICATION, KEYS, OWNER, Server, running_server
from tests.watching import Watch, watching

__all__ = ["pytest_sessionfinish", "pytest_testnodedown"]

PASSWORD = "a long enough secret"
DIALECTS = os.environ.get("CASEWORK_TEST_DATABASES", "sqlite").split(",")

#: For a test that looks into the files of the embedded database.
on_sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

#: For a test of what only PostgreSQL does: `pytestmark = on_postgresql`.
on_postgresql = [
    pytest.mark.skipif("postgresql" not in DIALECTS, reason="CASEWORK_TEST_DATABASES lacks it"),
    pytest.mark.parametrize("dialect", ["postgresql"], indirect=True, scope="session"),
]

#: e-mail name -> role, organisation, cleared
CAST = {
    "sarnai.seoul": (Role.CONSULAR_OFFICER, "KR", False),
    "bold.berlin": (Role.CONSULAR_OFFICER, "DE", False),
    "saruul.desk": (Role.CONSULAR_DESK, "MFA", False),
    "dorj.khanuul": (Role.QUARANTINE_OFFICER, "KHANUUL", False),
    "tuya.gobi": (Role.QUARANTINE_OFFICER, "GOBI", False),
    "bolormaa.caseworker": (Role.CASEWORKER, "IOM", True),
    "otgon.caseworker": (Role.CASEWORKER, "IOM", False),
    "enkhbayar.supervisor": (Role.SUPERVISOR, "IOM", True),
    "second.supervisor": (Role.SUPERVISOR, "IOM", False),
    "oyuna.shelter": (Role.PARTNER_WORKER, "MGEC", True),
    "naran.coordinator": (Role.PARTNER_COORDINATOR, "MGEC", False),
    "outsider.ngo": (Role.PARTNER_WORKER, "OUTSIDE", False),
    "khulan.protection": (Role.PROTECTION_OFFICER, "IOM", False),
    "ganaa.analyst": (Role.ANALYST, "IOM", False),
    "admin.office": (Role.ADMINISTRATOR, "MFA", False),
}

ORGANISATIONS = (
    ("KHANUUL", OrganisationKind.FACILITY, "Khan-Uul", "Хан-Уул"),
    ("GOBI", OrganisationKind.FACILITY, "Gobi", "Говь"),
    ("MGEC", OrganisationKind.NGO, "Gender Equality Center", "Хүйсийн тэгш эрхийн төв"),
    ("OUTSIDE", OrganisationKind.NGO, "Outside", "Гадна"),
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Read a page on PostgreSQL in one language: words do not depend on the database."""
    repeated = {id(item) for item in items if _is_second_language(item)}
    config.hook.pytest_deselected(items=[item for item in items if id(item) in repeated])
    items[:] = [item for item in items if id(item) not in repeated]


def _is_second_language(item: pytest.Item) -> bool:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return parameters.get("dialect") == "postgresql" and parameters.get("language") == "en"


@dataclass(frozen=True)
class Cast:
    """The people of the tests: `cast["sarnai.seoul"]` is an Actor."""

    actors: dict[str, Actor]

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]


@dataclass(frozen=True)
class Installation:
    """A set-up installation with the cast's accounts, to be copied for each test."""

    settings: Settings
    cast: Cast
    server: Server | None

    @contextmanager
    def opened(self, home: Path) -> Iterator[Database]:
        """A copy of it at `home`, for fixtures that several tests share."""
        settings = new_place(home, self.server)
        self.copy_to(settings)
        database = open_database(settings)
        yield database
        database.close()
        if self.server:
            self.server.drop(*database_names(settings))

    def copy_to(self, settings: Settings) -> None:
        """Fill the place that `settings` name with the same data and keys."""
        shutil.copytree(self.settings.home, settings.home)
        if self.server:
            for name, source in zip(
                database_names(settings), database_names(self.settings), strict=True
            ):
                self.server.copy(source, name)


def database_names(settings: Settings) -> list[str]:
    """The PostgreSQL databases of a place: data and key store."""
    urls = (settings.database_url, settings.keystore_url)
    return [url.split("?")[0].rsplit("/", 1)[1] for url in urls]


def new_place(home: Path, server: Server | None) -> Settings:
    """Where an installation may be made; on PostgreSQL under database names of its own."""
    settings = load_settings({"CASEWORK_HOME": str(home)})
    if server is None:
        return settings
    name = f"test_{uuid4().hex}"
    return replace(
        settings,
        database_url=server.url(name, APPLICATION),
        database_owner_url=server.url(name, OWNER),
        keystore_url=server.url(f"{name}_keys", KEYS),
    )


@pytest.fixture(scope="session", params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, dialect: str) -> Server | None:
    """The PostgreSQL server, started when first needed; None when the data are SQLite files."""
    if dialect == "sqlite":
        return None
    found: Server = request.getfixturevalue("postgresql_server")
    return found


@pytest.fixture(scope="session")
def installation(
    tmp_path_factory: pytest.TempPathFactory, server: Server | None
) -> Iterator[Installation]:
    """The session's one real set-up; passwords are hashed here, once."""
    settings = new_place(tmp_path_factory.mktemp("installation") / "home", server)
    if server:
        server.create(*database_names(settings))
    database = initialise(settings)
    with database.writing(command_actor()) as work:
        _add_cast(work)
    with database.reading(command_actor()) as work:
        cast = _read_cast(work)
    database.close()
    yield Installation(settings, cast, server)
    if server:
        server.drop(*database_names(settings))


def _add_cast(work: Work) -> None:
    for code, kind, name, name_mn in ORGANISATIONS:
        add_organisation(work, code=code, kind=kind, name=name, name_mn=name_mn)
    for name, (role, organisation, cleared) in CAST.items():
        add_user(
            work,
            email=f"{name}@demo.example",
            role=role,
            organisation=organisation,
            cleared=cleared,
            name=name,
            password=PASSWORD,
            demo=True,
        )


def _read_cast(work: Work) -> Cast:
    origin = Origin(EntryChannel.WEB)
    actors = {}
    for name in CAST:
        user = find_user(work, f"{name}@demo.example")
        assert user is not None
        actors[name] = actor_of(work, user, origin)
    return Cast(actors)


@pytest.fixture(scope="session", autouse=True)
def compile_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave the session no second compilation: see tests/compiled_once.py."""
    settle()
    with compiled_once(tmp_path_factory.mktemp("templates")):
        yield


@pytest.fixture(scope="session")
def watch() -> Iterator[Watch]:
    """What the databases, the keys and the log saw: see tests/watching.py."""
    with watching() as made:
        yield made


@pytest.fixture(autouse=True)
def everything_is_told(watch: Watch) -> Iterator[None]:
    """Fail a test during which something was read or changed that the log does not tell."""
    watch.problems.clear()
    yield
    assert watch.problems == []


@pytest.fixture
def settings(tmp_path: Path, server: Server | None) -> Iterator[Settings]:
    """Where this test's installation is; nothing is there until `database` or `empty` fills it."""
    settings = new_place(tmp_path / "home", server)
    yield settings
    if server:
        server.drop(*database_names(settings))


@pytest.fixture
def empty(settings: Settings, server: Server | None) -> Settings:
    """A place where nothing was ever set up, for tests of the set-up itself."""
    if server:
        server.create(*database_names(settings))
    return settings


@pytest.fixture
def database(settings: Settings, installation: Installation) -> Iterator[Database]:
    """This test's own data: the first rows of a set-up, and the cast's accounts."""
    installation.copy_to(settings)
    opened = open_database(settings)
    yield opened
    opened.close()


@pytest.fixture
def cast(installation: Installation) -> Cast:
    """Organisations and one user each; all share PASSWORD."""
    return installation.cast
