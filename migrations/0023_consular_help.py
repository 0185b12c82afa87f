"""Consular help that needs no return."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("consular_help",
    sa.Column("request_id", sa.Uuid(), nullable=False),
    sa.Column("subject_id", sa.Uuid(), nullable=False),
    sa.Column("state", sa.String(length=32), nullable=False),
    sa.Column("given_on", sa.Date(), nullable=False),
    sa.Column("amount", sa.BigInteger(), nullable=False),
    sa.Column("currency", sa.String(length=3), nullable=False),
    sa.Column("mnt_rate", sa.Integer(), nullable=True),
    sa.Column("rate_on", sa.Date(), nullable=True),
    sa.Column("payer", sa.String(length=32), nullable=False),
    sa.Column("reverses_id", sa.Uuid(), nullable=True),
    sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("decided_by_id", sa.Uuid(), nullable=True),
    sa.Column("kind", sa.LargeBinary(), nullable=True),
    sa.Column("note", sa.LargeBinary(), nullable=True),
    sa.Column("receipt", sa.LargeBinary(), nullable=True),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("id", sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_consular_help_decided_by_id"), initially="DEFERRED", deferrable=True),
    sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_consular_help_recorded_by_id"), initially="DEFERRED", deferrable=True),
    sa.ForeignKeyConstraint(["request_id"], ["return_request.id"], name=op.f("fk_consular_help_request_id"), initially="DEFERRED", deferrable=True),
    sa.ForeignKeyConstraint(["reverses_id"], ["consular_help.id"], name=op.f("fk_consular_help_reverses_id"), initially="DEFERRED", deferrable=True),
    sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_consular_help_subject_id"), initially="DEFERRED", deferrable=True),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_consular_help"))
    )
    with op.batch_alter_table("consular_help", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consular_help_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consular_help_recorded_by_id"), ["recorded_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consular_help_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consular_help_reverses_id"), ["reverses_id"], unique=True)
        batch_op.create_index(batch_op.f("ix_consular_help_subject_id"), ["subject_id"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("consular_help", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consular_help_subject_id"))
        batch_op.drop_index(batch_op.f("ix_consular_help_reverses_id"))
        batch_op.drop_index(batch_op.f("ix_consular_help_request_id"))
        batch_op.drop_index(batch_op.f("ix_consular_help_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_consular_help_decided_by_id"))

    op.drop_table("consular_help")
