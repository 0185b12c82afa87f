"""The public pages: answers not sent yet, PINs of requests, what people told their mission."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}"),
        initially="DEFERRED",
        deferrable=True,
    )


def upgrade() -> None:
    op.create_table(
        "public_visit",
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("shown", sa.LargeBinary(), nullable=True),
        sa.Column("protection", sa.LargeBinary(), nullable=False),
        _to("public_visit", "subject_id", "subject"),
        _to("public_visit", "member_id", "request_member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_visit")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_public_visit_secret_hash")),
    )
    op.create_index(op.f("ix_public_visit_ends_at"), "public_visit", ["ends_at"])
    op.create_index(op.f("ix_public_visit_member_id"), "public_visit", ["member_id"])
    op.create_index(op.f("ix_public_visit_subject_id"), "public_visit", ["subject_id"])
    op.create_table(
        "request_pin",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pin_hash", sa.LargeBinary(), nullable=True),
        _to("request_pin", "member_id", "request_member"),
        _to("request_pin", "subject_id", "subject"),
        _to("request_pin", "made_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_pin")),
    )
    op.create_index(op.f("ix_request_pin_member_id"), "request_pin", ["member_id"], unique=True)
    op.create_index(op.f("ix_request_pin_subject_id"), "request_pin", ["subject_id"])
    op.create_index(op.f("ix_request_pin_made_by_id"), "request_pin", ["made_by_id"])
    op.create_table(
        "telling",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        _to("telling", "request_id", "return_request"),
        _to("telling", "member_id", "request_member"),
        _to("telling", "subject_id", "subject"),
        _to("telling", "other_id", "return_request"),
        _to("telling", "seen_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling")),
    )
    for column in ("request_id", "member_id", "subject_id", "other_id", "seen_by_id"):
        op.create_index(op.f(f"ix_telling_{column}"), "telling", [column])


def downgrade() -> None:
    for table in ("telling", "request_pin", "public_visit"):
        op.drop_table(table)
