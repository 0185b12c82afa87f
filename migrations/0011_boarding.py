"""A seat says when its traveller boarded, what explains a difference, and how she was received."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.add_column(sa.Column("boarded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("difference", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("reception", sa.LargeBinary(), nullable=True))
    account_for_migration(op.get_bind(), "hold", revision)


def downgrade() -> None:
    with op.batch_alter_table("hold", schema=None) as batch_op:
        for column in ("reception", "difference", "boarded_at"):
            batch_op.drop_column(column)
    account_for_migration(op.get_bind(), "hold", revision)
