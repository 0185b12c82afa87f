"""Drafts of requests, as typed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_draft",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_request_draft_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in (("user_id", "user"), ("subject_id", "subject"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_draft")),
        sa.UniqueConstraint("user_id", "form_key", name=op.f("uq_request_draft_user_id_form_key")),
    )
    with op.batch_alter_table("request_draft", schema=None) as batch_op:
        for column in ("saved_at", "subject_id", "user_id"):
            batch_op.create_index(batch_op.f(f"ix_request_draft_{column}"), [column])


def downgrade() -> None:
    op.drop_table("request_draft")
