"""Row-level security is PostgreSQL's: these tests run when CASEWORK_TEST_DATABASES names it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from casework.services.work import Database
from tests.access.world import World, build_world
from tests.conftest import Installation
from tests.postgresql import bare_connection


@dataclass(frozen=True)
class Place:
    """A world that the tests of one module share and none changes."""

    database: Database
    world: World


@pytest.fixture(scope="module")
def place(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with installation.opened(tmp_path_factory.mktemp("rows") / "home") as database:
        yield Place(database, build_world(database, installation.cast))


def rows_of(database: Database, table: str) -> list[dict[str, Any]]:
    """Every row that there is."""
    with bare_connection(database) as connection:
        found = connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings()
        return [dict(row) for row in found]
