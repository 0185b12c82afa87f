"""The world that access is tested in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from casework.app import create_app
from casework.services.work import Database
from tests.access.expectations import ever
from tests.access.world import World, build_world
from tests.conftest import CAST, Cast, Installation
from tests.visitor import Visitor, visitor

#: Seconds: the cast signs in once and stays confirmed while every route is requested.
LONG = 12 * 3600


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)


@dataclass(frozen=True)
class Stage:
    """A world served to the whole cast, which nothing that happens on it changes."""

    app: Flask
    database: Database
    world: World
    visitors: dict[str, Visitor]


@pytest.fixture(scope="module")
def stage(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with installation.opened(tmp_path_factory.mktemp("stage") / "home") as database:
        world = build_world(database, installation.cast)
        database.settings = replace(database.settings, step_up=LONG)
        app = create_app(database.settings, database)
        app.testing = True
        visitors = {name: visitor(app, database, installation.cast[name]) for name in CAST}
        yield Stage(app, database, world, visitors)


#: Everybody asks for every route on SQLite; on PostgreSQL one of each scope does where her role may
#: have the permission, to keep the suite short: what differs there are the scopes' clauses, which
#: test_scopes.py compares for everyone, and the second line, which test_second_line.py tries.
ON_POSTGRESQL = {
    "sarnai.seoul",
    "saruul.desk",
    "dorj.khanuul",
    "bolormaa.caseworker",
    "oyuna.shelter",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what PostgreSQL need not repeat."""
    repeated = [item for item in items if _is_repeated(item)]
    config.hook.pytest_deselected(items=repeated)
    left_out = set(map(id, repeated))
    items[:] = [item for item in items if id(item) not in left_out]


def _is_repeated(item: pytest.Item) -> bool:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    if "route" not in parameters or parameters.get("dialect") != "postgresql":
        return False
    name, permission = parameters.get("name"), parameters["route"].access.permission
    return name not in ON_POSTGRESQL or permission is None or not ever(name, permission.value)
