"""Rounds that ask households whether their data are still right."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confirmation_round",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("started_by_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("confirmed_before", sa.Date(), nullable=False),
        sa.Column("submitted_by", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mission_id"],
            ["organisation.id"],
            name=op.f("fk_confirmation_round_mission_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_confirmation_round_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"],
            ["user.id"],
            name=op.f("fk_confirmation_round_started_by_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_round")),
    )
    with op.batch_alter_table("confirmation_round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_confirmation_round_mission_id"), ["mission_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_confirmation_round_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_confirmation_round_started_by_id"), ["started_by_id"], unique=False
        )

    op.create_table(
        "confirmation",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_through", sa.String(length=32), nullable=True),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_confirmation_message_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["return_request.id"],
            name=op.f("fk_confirmation_request_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["confirmation_round.id"],
            name=op.f("fk_confirmation_round_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint(
            "round_id", "request_id", name=op.f("uq_confirmation_round_id_request_id")
        ),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_confirmation_answered_at_flagged_at"),
            ["answered_at", "flagged_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_confirmation_message_id"), ["message_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_confirmation_request_id"), ["request_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_confirmation_round_id"), ["round_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmation_round_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_request_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_message_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_answered_at_flagged_at"))

    op.drop_table("confirmation")
    with op.batch_alter_table("confirmation_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmation_round_started_by_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_round_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_round_mission_id"))

    op.drop_table("confirmation_round")
