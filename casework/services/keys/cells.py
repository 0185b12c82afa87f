"""Bringing the cells of rows under a new generation of data keys."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, func, or_, select
from sqlalchemy.orm import lazyload

from audit.record import Act
from casework.crypto.cells import header_of
from casework.errors import FieldUnreadable
from casework.services.keys.running import writing_alone
from casework.services.work import Database, Work
from casework.vocabulary import Purpose
from models.base import Base, Cell

ROWS_AT_ONCE = 100
#: Where the generation stands in a cell: `0x01 | domain u8 | generation u16`, from 1.
GENERATION_AT, GENERATION_BYTES = 3, 2


def models_with_cells() -> list[type[Base]]:
    """Every kind of row that holds personal fields."""
    found = [mapper.class_ for mapper in Base.registry.mappers if mapper.class_.cells]
    return sorted(found, key=lambda model: str(model.__tablename__))


def renew_rows(database: Database, generation: int) -> int:
    """Re-encrypt every cell older than `generation`, in short batches; returns how many rows.

    Each batch is an entry of the log, because the digests of its rows change.
    """
    count = 0
    for model in models_with_cells():
        after: UUID | None = UUID(int=0)
        while after is not None:
            with writing_alone(database) as work:
                after, renewed = _renew_next(work, model, generation, after)
            count += renewed
    return count


def cells_left(work: Work, generation: int) -> set[tuple[UUID, int]]:
    """(subject, domain) of cells that are still older: damaged ones, or the erased people's."""
    found: set[tuple[UUID, int]] = set()
    for model in models_with_cells():
        for cell in model.cells.values():
            subjects = select(model.subject_id).where(_older(model, cell, generation))  # type: ignore[attr-defined]
            domain = int(cell.domain)
            found |= {(subject, domain) for subject in work.session.scalars(subjects.distinct())}
    return found


def _older(model: type[Base], cell: Cell[Any], generation: int) -> ColumnElement[bool]:
    stored = func.substr(
        getattr(model, cell.column), GENERATION_AT, GENERATION_BYTES, type_=LargeBinary
    )
    return stored < generation.to_bytes(GENERATION_BYTES, "big")


def _renew_next(
    work: Work, model: type[Base], generation: int, after: UUID
) -> tuple[UUID | None, int]:
    older = [_older(model, cell, generation) for cell in model.cells.values()]
    rows = work.session.scalars(
        select(model)
        .where(model.id > after, or_(*older))
        .order_by(model.id)
        .limit(ROWS_AT_ONCE)
        .options(lazyload("*"))
    ).all()
    work.keyring.load({row.key_subject_id for row in rows})
    renewed = sum(_renew(work, row, generation) for row in rows)
    if renewed:
        facts = {"rows": renewed, "generation": generation}
        work.record(Act("keys.rows_renewed", Purpose.ADMINISTRATION, facts=facts))
    return (rows[-1].id if len(rows) == ROWS_AT_ONCE else None), renewed


def _renew(work: Work, row: Base, generation: int) -> bool:
    """Re-encrypt what can be read of a row; whether anything was."""
    renewed = False
    for cell in type(row).cells.values():
        stored: bytes | None = getattr(row, cell.column)
        if stored is None:
            continue
        try:
            newest = work.keyring.data_key(cell.domain, row.key_subject_id).generation
            if header_of(stored)[1] >= min(generation, newest):
                continue
            value = work.keyring.unseal(cell.place(row), stored)
        except FieldUnreadable:
            continue
        setattr(row, cell.column, work.keyring.seal(cell.domain, cell.place(row), value))
        renewed = True
    return renewed
