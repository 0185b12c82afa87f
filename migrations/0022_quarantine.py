"""Samples by batch, changes of room, prices of nights; a stay may follow another.

It does not come down once somebody was moved to another facility: two stays of one hold then
have no place in the older schema, and its unique index refuses them.
"""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration


revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "night_rate",
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("applies_from", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["facility_id"],
            ["facility.id"],
            name=op.f("fk_night_rate_facility_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_night_rate")),
        sa.UniqueConstraint(
            "facility_id",
            "kind",
            "applies_from",
            name=op.f("uq_night_rate_facility_id_kind_applies_from"),
        ),
    )
    with op.batch_alter_table("night_rate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_night_rate_facility_id"), ["facility_id"], unique=False
        )

    op.create_table(
        "sample_batch",
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["facility_id"],
            ["facility.id"],
            name=op.f("fk_sample_batch_facility_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_batch")),
        sa.UniqueConstraint("facility_id", "code", name=op.f("uq_sample_batch_facility_id_code")),
    )
    with op.batch_alter_table("sample_batch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sample_batch_facility_id"), ["facility_id"], unique=False
        )

    op.create_table(
        "room_change",
        sa.Column("stay_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("from_room_id", sa.Uuid(), nullable=False),
        sa.Column("to_room_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_room_id"],
            ["room.id"],
            name=op.f("fk_room_change_from_room_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["stay_id"],
            ["stay.id"],
            name=op.f("fk_room_change_stay_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subject.id"],
            name=op.f("fk_room_change_subject_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["to_room_id"],
            ["room.id"],
            name=op.f("fk_room_change_to_room_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_change")),
    )
    with op.batch_alter_table("room_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_room_change_from_room_id"), ["from_room_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_room_change_stay_id"), ["stay_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_change_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_change_to_room_id"), ["to_room_id"], unique=False)

    op.create_table(
        "sample",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("stay_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["sample_batch.id"],
            name=op.f("fk_sample_batch_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["stay_id"],
            ["stay.id"],
            name=op.f("fk_sample_stay_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subject.id"],
            name=op.f("fk_sample_subject_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_sample_batch_id_number")),
        sa.UniqueConstraint("batch_id", "stay_id", name=op.f("uq_sample_batch_id_stay_id")),
    )
    with op.batch_alter_table("sample", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sample_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sample_stay_id"), ["stay_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sample_subject_id"), ["subject_id"], unique=False)

    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.add_column(sa.Column("arrived_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("overstay", sa.LargeBinary(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_stay_hold_id"))
        batch_op.create_index(batch_op.f("ix_stay_hold_id"), ["hold_id"], unique=False)
    account_for_migration(op.get_bind(), "stay", revision)


def downgrade() -> None:
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stay_hold_id"))
        batch_op.create_index(batch_op.f("ix_stay_hold_id"), ["hold_id"], unique=True)
        batch_op.drop_column("overstay")
        batch_op.drop_column("arrived_on")

    with op.batch_alter_table("sample", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sample_subject_id"))
        batch_op.drop_index(batch_op.f("ix_sample_stay_id"))
        batch_op.drop_index(batch_op.f("ix_sample_batch_id"))

    op.drop_table("sample")
    with op.batch_alter_table("room_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_change_to_room_id"))
        batch_op.drop_index(batch_op.f("ix_room_change_subject_id"))
        batch_op.drop_index(batch_op.f("ix_room_change_stay_id"))
        batch_op.drop_index(batch_op.f("ix_room_change_from_room_id"))

    op.drop_table("room_change")
    with op.batch_alter_table("sample_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sample_batch_facility_id"))

    op.drop_table("sample_batch")
    with op.batch_alter_table("night_rate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_night_rate_facility_id"))

    op.drop_table("night_rate")
    account_for_migration(op.get_bind(), "stay", revision)
