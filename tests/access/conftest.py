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
ON_POSTGRESQL = (
    "sarnai.seoul",
    "saruul.desk",
    "dorj.khanuul",
    "bolormaa.caseworker",
    "oyuna.shelter",
)


def who_asks(permission: Permission | None, dialect: str) -> list[str]:
    """Of the cast, whoever asks for the routes of a permission."""

    def may(name: str) -> bool:
        return permission is None or ever(name, permission.value)

    if dialect == "postgresql":
        return [name for name in ON_POSTGRESQL if permission and may(name)]
    return [name for name in CAST if may(name) or name in FIRST.values()]
