"""Checkpoints of the log."""

import sqlalchemy as sa
from alembic import op

from audit import triggers

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("audit_checkpoint", "audit_receipt")


def upgrade() -> None:
    op.create_table(
        "audit_checkpoint",
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("subtrees", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_receipt",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("anchor", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=48), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_receipt")),
    )
    with op.batch_alter_table("audit_receipt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_receipt_anchor_at"), ["anchor", "at"], unique=False
        )
    triggers.install(op.get_bind(), TABLES)


def downgrade() -> None:
    triggers.remove(op.get_bind(), TABLES)
    with op.batch_alter_table("audit_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_receipt_anchor_at"))
    op.drop_table("audit_receipt")
    op.drop_table("audit_checkpoint")
