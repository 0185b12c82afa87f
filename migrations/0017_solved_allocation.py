"""Solved allocations: their solver and proof; seats by funder, escorts; who pays and approved it."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

#: Audited tables whose rows change.
CHANGED = ("allocation_run", "movement", "hold", "return_request")
APPROVERS = ("ticket_approved_by_id", "quarantine_approved_by_id")
#: Columns that earlier rows need a value for: (table, column, type, value).
FILLED = (
    ("allocation_run", "solver", sa.Text(), "{}"),
    ("allocation_run", "proof", sa.Text(), "{}"),
    ("movement", "funder_seats", sa.Text(), "{}"),
    ("hold", "with_escort", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    for table, column, kind, value in FILLED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quarantine_payer", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("funder", sa.String(length=32), nullable=True))
        for name in ("ticket_approved_at", "quarantine_approved_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name in APPROVERS:
            batch_op.add_column(sa.Column(name, sa.Uuid(), nullable=True))
            batch_op.create_index(batch_op.f(f"ix_hold_{name}"), [name], unique=False)
            batch_op.create_foreign_key(
                batch_op.f(f"fk_hold_{name}"),
                "user",
                [name],
                ["id"],
                initially="DEFERRED",
                deferrable=True,
            )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("record_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_job_record_id"), ["record_id"], unique=False)
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("medical_escorts", sa.Integer(), nullable=True))
    with op.batch_alter_table("return_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("payer", sa.String(length=32), nullable=True))
    _account()


def downgrade() -> None:
    with op.batch_alter_table("return_request", schema=None) as batch_op:
        batch_op.drop_column("payer")
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.drop_column("medical_escorts")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_record_id"))
        batch_op.drop_column("record_id")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        for name in APPROVERS:
            batch_op.drop_constraint(batch_op.f(f"fk_hold_{name}"), type_="foreignkey")
            batch_op.drop_index(batch_op.f(f"ix_hold_{name}"))
            batch_op.drop_column(name)
        for name in ("ticket_approved_at", "quarantine_approved_at", "funder", "quarantine_payer"):
            batch_op.drop_column(name)
    for table, column, _, _ in reversed(FILLED):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
    _account()


def _account() -> None:
    for table in CHANGED:
        account_for_migration(op.get_bind(), table, revision)
