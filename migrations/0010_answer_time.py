"""A movement says how long its offers wait, and when none can be answered any more."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("offer_hours", sa.Integer(), nullable=False, server_default="48")
        )
        batch_op.add_column(sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.alter_column("offer_hours", server_default=None)
    account_for_migration(op.get_bind(), "movement", revision)


def downgrade() -> None:
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.drop_column("closes_at")
        batch_op.drop_column("offer_hours")
    account_for_migration(op.get_bind(), "movement", revision)
