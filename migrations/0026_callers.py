"""Who called or assisted with a request, and on whose word the data are given."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

COLUMNS = ("caller_relation", "caller_name", "caller_phone", "caller_word")


def upgrade() -> None:
    with op.batch_alter_table("return_request", schema=None) as batch_op:
        for column in COLUMNS:
            batch_op.add_column(sa.Column(column, sa.LargeBinary(), nullable=True))
    account_for_migration(op.get_bind(), "return_request", revision)


def downgrade() -> None:
    with op.batch_alter_table("return_request", schema=None) as batch_op:
        for column in reversed(COLUMNS):
            batch_op.drop_column(column)
    account_for_migration(op.get_bind(), "return_request", revision)
