"""How many seats a place takes, in one number: none on a lap, two with somebody beside."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

hold = sa.table(
    "hold",
    sa.column("id", sa.Uuid()),
    sa.column("seats", sa.Integer()),
    sa.column("takes_seat", sa.Boolean()),
    sa.column("with_escort", sa.Boolean()),
)
ORDINARY = 1


def upgrade() -> None:
    _add("seats", sa.Integer(), str(ORDINARY))
    rows = op.get_bind().execute(sa.select(hold.c.id, hold.c.takes_seat, hold.c.with_escort)).all()
    seats = [(row_id, takes + escorted) for row_id, takes, escorted in rows]
    _set([{"hold_id": row_id, "seats": count} for row_id, count in seats if count != ORDINARY])
    _drop("takes_seat", "with_escort")
    account_for_migration(op.get_bind(), "hold", revision)


def downgrade() -> None:
    _add("takes_seat", sa.Boolean(), sa.true())
    _add("with_escort", sa.Boolean(), sa.false())
    others = sa.select(hold.c.id, hold.c.seats).where(hold.c.seats != ORDINARY)
    rows = op.get_bind().execute(others).all()
    _set([{"hold_id": i, "takes_seat": n > 0, "with_escort": n > 1} for i, n in rows])
    _drop("seats")
    account_for_migration(op.get_bind(), "hold", revision)


def _add(name: str, kind: Any, value: Any) -> None:
    """A column with a value for the rows that are there, and no default afterwards."""
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.alter_column(name, server_default=None)


def _set(rows: list[dict[str, Any]]) -> None:
    if rows:
        names = {name: sa.bindparam(name) for name in rows[0] if name != "hold_id"}
        changed = hold.update().where(hold.c.id == sa.bindparam("hold_id")).values(names)
        op.get_bind().execute(changed, rows)


def _drop(*names: str) -> None:
    with op.batch_alter_table("hold", schema=None) as batch_op:
        for name in names:
            batch_op.drop_column(name)
