"""Runs migrations on the connection that the product hands over."""

import sqlalchemy as sa
from alembic import context
from sqlalchemy.types import TypeDecorator

import models  # noqa: F401 - every table must be known
from models.base import Base


def plain_type(kind: str, value: object, _context: object) -> str | bool:
    """Write down the stored type: a migration must not change when the code does."""
    if kind != "type":
        return False
    if isinstance(value, sa.Enum):
        return "sa.String(length=32)"
    if isinstance(value, TypeDecorator):
        stored = value.impl_instance
        if isinstance(stored, sa.DateTime):
            return "sa.DateTime(timezone=True)"
        return f"sa.{type(stored).__name__}()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_type,
    transaction_per_migration=False,
)
context.run_migrations()
