"""A document has a kind, and an end: its file is destroyed, its row tells by whom and why."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OWNER = "fk_document_destroyed_by_id"
INDEX = "ix_document_destroyed_by_id"


def upgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("destroyed_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("destroyed_because", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(
            op.f(OWNER), "user", ["destroyed_by_id"], ["id"], initially="DEFERRED", deferrable=True
        )
        batch_op.create_index(op.f(INDEX), ["destroyed_by_id"], unique=False)
    account_for_migration(op.get_bind(), "document", revision)


def downgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(op.f(INDEX))
        batch_op.drop_constraint(op.f(OWNER), type_="foreignkey")
        for column in ("destroyed_because", "destroyed_by_id", "destroyed_at", "kind"):
            batch_op.drop_column(column)
    account_for_migration(op.get_bind(), "document", revision)
