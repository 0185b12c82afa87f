"""What every database and app of a test session would work out anew, worked out once.

Each test opens its own database and often its own app. The product then compiles statements,
templates and addresses as at its start, which took a third of the suite's time; and it hashes
passwords and PINs as slowly as it must, which took a tenth. The browser's tests run the product
unchanged.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import Dialect
from werkzeug.routing import Rule

from casework.services.sign_in import hashing

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
#: by dialect, statement and parameters
STATEMENTS: dict[Any, Any] = {}
#: by address: how to write it
ADDRESSES: dict[Any, Any] = {}


@contextmanager
def compiled_once(folder: Path) -> Iterator[None]:
    """While it lasts, engines of one dialect and all apps share what they compiled.

    `folder` keeps the templates.
    """
    event.listen(Engine, "engine_connect", _share_statements)
    with ExitStack() as stack:
        for kind in (PGDialect_psycopg, SQLiteDialect_pysqlite):
            stack.enter_context(patch.object(kind, "__eq__", _alike))
            stack.enter_context(patch.object(kind, "__hash__", _kind))
        templates = {"bytecode_cache": FileSystemBytecodeCache(str(folder))}
        stack.enter_context(patch.object(Flask, "jinja_options", templates))
        write = partial(_written, Rule._compile_builder)
        stack.enter_context(patch.object(Rule, "_compile_builder", lambda *a: write(*a)))
        stack.enter_context(patch.object(hashing, "HASHER", QUICK))
        stack.enter_context(patch.object(hashing, "_NOBODY", QUICK.hash("nobody")))
        yield
    event.remove(Engine, "engine_connect", _share_statements)


def _share_statements(connection: Connection) -> None:
    connection.execution_options(compiled_cache=STATEMENTS)


def _alike(dialect: Dialect, other: object) -> bool:
    return type(dialect) is type(other)


def _kind(dialect: Dialect) -> int:
    return hash(type(dialect))


def _written(compiled: Any, rule: Rule, append_unknown: bool) -> Any:
    """The function that writes the rule's address; it asks its own rule for everything else."""
    fixed = tuple(sorted((rule.defaults or {}).items()))
    key = (rule.rule, rule.host, rule.subdomain, fixed, append_unknown)
    if key not in ADDRESSES:
        ADDRESSES[key] = compiled(rule, append_unknown)
    return ADDRESSES[key]
