"""Who answers for whom in a consent; disposal of what was kept long enough; complaints."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

GUARDIAN = "fk_consent_guardian_id"
INDEX = "ix_consent_guardian_id"


def upgrade() -> None:
    with op.batch_alter_table("consent", schema=None) as batch_op:
        by_the_person = sa.Column(
            "given_by", sa.String(length=32), nullable=False, server_default="person"
        )
        batch_op.add_column(by_the_person)
        batch_op.add_column(sa.Column("assent", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("guardian_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("interpreter", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("guardian", sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(
            op.f(GUARDIAN), "person", ["guardian_id"], ["id"], initially="DEFERRED", deferrable=True
        )
        batch_op.create_index(op.f(INDEX), ["guardian_id"], unique=False)
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.alter_column("given_by", server_default=None)
    account_for_migration(op.get_bind(), "consent", revision)
    op.create_table(
        "disposal",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.UniqueConstraint("number", name=op.f("uq_disposal_number")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_disposal_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["user.id"],
            name=op.f("fk_disposal_proposed_by_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["user.id"],
            name=op.f("fk_disposal_approved_by_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
    )
    op.create_index(
        op.f("ix_disposal_organisation_id"), "disposal", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_disposal_proposed_by_id"), "disposal", ["proposed_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_disposal_approved_by_id"), "disposal", ["approved_by_id"], unique=False
    )
    op.create_table(
        "disposal_person",
        sa.Column("disposal_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disposal_id"],
            ["disposal.id"],
            name=op.f("fk_disposal_person_disposal_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_disposal_person_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.UniqueConstraint(
            "disposal_id", "person_id", name=op.f("uq_disposal_person_disposal_id_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_person")),
    )
    op.create_index(
        op.f("ix_disposal_person_disposal_id"), "disposal_person", ["disposal_id"], unique=False
    )
    op.create_index(
        op.f("ix_disposal_person_person_id"), "disposal_person", ["person_id"], unique=False
    )
    op.create_table(
        "complaint",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("registered_by_id", sa.Uuid(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("reply_to", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("redress", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_number")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_complaint_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subject.id"],
            name=op.f("fk_complaint_subject_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_complaint_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
            name=op.f("fk_complaint_case_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["return_request.id"],
            name=op.f("fk_complaint_request_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"],
            ["user.id"],
            name=op.f("fk_complaint_registered_by_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"],
            ["user.id"],
            name=op.f("fk_complaint_ended_by_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(
        op.f("ix_complaint_organisation_id"), "complaint", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_complaint_subject_id"), "complaint", ["subject_id"], unique=False)
    op.create_index(op.f("ix_complaint_person_id"), "complaint", ["person_id"], unique=False)
    op.create_index(op.f("ix_complaint_case_id"), "complaint", ["case_id"], unique=False)
    op.create_index(op.f("ix_complaint_request_id"), "complaint", ["request_id"], unique=False)
    op.create_index(
        op.f("ix_complaint_registered_by_id"), "complaint", ["registered_by_id"], unique=False
    )
    op.create_index(op.f("ix_complaint_due_on"), "complaint", ["due_on"], unique=False)
    op.create_index(op.f("ix_complaint_ended_by_id"), "complaint", ["ended_by_id"], unique=False)


def downgrade() -> None:
    op.drop_table("complaint")
    op.drop_table("disposal_person")
    op.drop_table("disposal")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(op.f(INDEX))
        batch_op.drop_constraint(op.f(GUARDIAN), type_="foreignkey")
        for column in ("guardian", "interpreter", "guardian_id", "assent", "given_by"):
            batch_op.drop_column(column)
    account_for_migration(op.get_bind(), "consent", revision)
