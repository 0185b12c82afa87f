"""Merges of requests, with what they changed."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

REFERENCES = {
    "request_id": "return_request",
    "merged_id": "return_request",
    "subject_id": "subject",
    "merged_by_id": "user",
}


def upgrade() -> None:
    op.create_table(
        "request_merge",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_request_merge_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_merge")),
    )
    with op.batch_alter_table("request_merge", schema=None) as batch_op:
        for column in REFERENCES:
            batch_op.create_index(batch_op.f(f"ix_request_merge_{column}"), [column])


def downgrade() -> None:
    op.drop_table("request_merge")
