"""Where a person of a case is safe: sealed, shown to few."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("safe_location", sa.LargeBinary(), nullable=True))
    account_for_migration(op.get_bind(), "case", revision)


def downgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_column("safe_location")
    account_for_migration(op.get_bind(), "case", revision)
