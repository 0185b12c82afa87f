"""The application over a test's database, and browsers of the cast.

    def test_page(client):
        page = client("sarnai.seoul").get("/requests")

Each HTML page is checked as it arrives (tests/page_rules.py). `client("…", language="en")` reads
English; `client()` is not signed in.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest
from flask import Flask

from casework.app import create_app
from casework.config import Settings
from casework.jobs import run_job
from casework.services.work import Database
from tests.conftest import Cast
from tests.visitor import Queries, Visitor, counted, visitor

Client = Callable[..., Visitor]
CountQueries = Callable[[], AbstractContextManager[Queries]]


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    made = create_app(settings, database, partial(run_job, database))
    made.testing = True
    return made


@pytest.fixture
def client(app: Flask, database: Database, cast: Cast) -> Client:
    """`client("sarnai.seoul")`: her browser, signed in."""

    def open_browser(name: str | None = None, *, language: str = "mn") -> Visitor:
        return visitor(app, database, cast[name] if name else None, language)

    return open_browser


@pytest.fixture
def queries(database: Database) -> CountQueries:
    """`with queries() as counted: …` then `len(counted)`: a list must not ask once a row."""
    return lambda: counted(database)
