"""A convoy has vehicles, each with its crossing point; a seat may be in one of them."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("convoy", sa.Text(), nullable=False, server_default="{}"))
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.alter_column("convoy", server_default=None)
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.add_column(sa.Column("vehicle", sa.String(length=32), nullable=True))
    account_for_migration(op.get_bind(), "movement", revision)
    account_for_migration(op.get_bind(), "hold", revision)


def downgrade() -> None:
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_column("vehicle")
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.drop_column("convoy")
    account_for_migration(op.get_bind(), "hold", revision)
    account_for_migration(op.get_bind(), "movement", revision)
