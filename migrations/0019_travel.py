"""Papers and fitness of whoever asks to travel."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("request_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("passport_expires_on", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("certificate_applied_on", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("certificate_expected_on", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("certificate_issued_on", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("certificate_valid_until", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("multiple_pregnancy", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("statement_on", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("statement_fit", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("statement_days", sa.LargeBinary(), nullable=True))
    account_for_migration(op.get_bind(), "request_member", revision)


def downgrade() -> None:
    with op.batch_alter_table("request_member", schema=None) as batch_op:
        batch_op.drop_column("statement_days")
        batch_op.drop_column("statement_fit")
        batch_op.drop_column("statement_on")
        batch_op.drop_column("multiple_pregnancy")
        batch_op.drop_column("certificate_valid_until")
        batch_op.drop_column("certificate_issued_on")
        batch_op.drop_column("certificate_expected_on")
        batch_op.drop_column("certificate_applied_on")
        batch_op.drop_column("passport_expires_on")
    account_for_migration(op.get_bind(), "request_member", revision)
