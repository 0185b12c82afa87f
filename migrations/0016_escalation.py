"""What was told of requests that turned late."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("escalation",
    sa.Column("request_id", sa.Uuid(), nullable=False),
    sa.Column("state", sa.String(length=32), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("id", sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(["request_id"], ["return_request.id"], name=op.f("fk_escalation_request_id"), initially="DEFERRED", deferrable=True),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
    sa.UniqueConstraint("request_id", "state", name=op.f("uq_escalation_request_id_state"))
    )
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalation_request_id"), ["request_id"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalation_request_id"))

    op.drop_table("escalation")
