"""What stands in an installation, read straight from its rows and keys."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from audit.verify import verify
from casework.crypto.cells import header_of
from casework.errors import FieldUnreadable
from casework.services.keys.cells import models_with_cells
from casework.services.setup import command_actor
from casework.services.work import Database, Work
from models.subject import SearchToken
from tests.postgresql import bare_connection

Values = dict[tuple[str, str, str], Any]
GONE = "cannot be opened"


def everything(database: Database) -> Values:
    """Every cell's value, or GONE, by table, row and attribute."""
    with database.reading(command_actor()) as work:
        return dict(_values(work))


def _values(work: Work) -> Any:
    for model in models_with_cells():
        for row in work.session.scalars(select(model).options(lazyload("*"))):
            for name, cell in model.cells.items():
                if getattr(row, cell.column) is None:
                    continue
                try:
                    value = cell.unseal(row)
                except FieldUnreadable:
                    value = GONE
                yield (model.__tablename__, str(row.id), name), value


def generations(database: Database) -> set[int]:
    """Generations in which cells stand."""
    found = set()
    with database.reading(command_actor()) as work:
        for model in models_with_cells():
            for row in work.session.scalars(select(model).options(lazyload("*"))):
                stored = [getattr(row, cell.column) for cell in model.cells.values()]
                found |= {header_of(cell)[1] for cell in stored if cell is not None}
    return found


def schemes(database: Database) -> set[int]:
    """Key epochs of the search tokens."""
    with database.reading(command_actor()) as work:
        return {scheme // 256 for scheme in work.session.scalars(select(SearchToken.scheme))}


def problems(database: Database) -> list[str]:
    """What is wrong with the log."""
    with bare_connection(database) as connection:
        return [str(problem) for problem in verify(connection).problems]
