"""What a merge of requests set, so that undoing it keeps what was learned since."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("request_merge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("after", sa.LargeBinary(), nullable=True))
    account_for_migration(op.get_bind(), "request_merge", revision)


def downgrade() -> None:
    with op.batch_alter_table("request_merge", schema=None) as batch_op:
        batch_op.drop_column("after")
    account_for_migration(op.get_bind(), "request_merge", revision)
