"""The world that access is tested in, made once for each database and copied like any other."""

import pytest

from casework.services.work import Database
from tests.access.world import World, build_world
from tests.conftest import Cast


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)
