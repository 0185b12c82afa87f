"""The world that access is tested in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from casework.app import create_app
from casework.policy import Permission
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


#: The first of each role.
FIRST = {role: name for name, (role, _, _) in reversed(CAST.items())}
#: To keep the suite short: on SQLite everybody asks for every route, but where a role never has the
#: permission only its first; on PostgreSQL one of each scope where her role may have it: what
#: differs there are the scopes' clauses, which test_scopes.py compares for everyone, and the second
#: line, which test_second_line.py tries.
ON_POSTGRESQL = {
    "sarnai.seoul",
    "saruul.desk",
    "dorj.khanuul",
    "bolormaa.caseworker",
    "oyuna.shelter",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what need not be repeated."""
    repeated = [item for item in items if _is_repeated(item)]
    config.hook.pytest_deselected(items=repeated)
    left_out = set(map(id, repeated))
    items[:] = [item for item in items if id(item) not in left_out]


def _is_repeated(item: pytest.Item) -> bool:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    if "route" not in parameters:
        return False
    name, permission = parameters.get("name"), parameters["route"].access.permission
    if parameters.get("dialect") != "postgresql":
        return name not in (None, *FIRST.values()) and _never(name, permission)
    return name not in ON_POSTGRESQL or permission is None or _never(name, permission)


def _never(name: str, permission: Permission | None) -> bool:
    return permission is not None and not ever(name, permission.value)
