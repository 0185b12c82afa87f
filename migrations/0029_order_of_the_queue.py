"""The order of the queue in one index, so that a page of it costs the same however many wait."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

score = sa.table(
    "request_score",
    sa.column("id", sa.Uuid()),
    sa.column("request_id", sa.Uuid()),
    sa.column("reserved", sa.Boolean()),
    sa.column("points", sa.Integer()),
    sa.column("rank", sa.Integer()),
    sa.column("submitted_on", sa.Date()),
)
request = sa.table(
    "return_request", sa.column("id", sa.Uuid()), sa.column("submitted_on", sa.Date())
)
EARLIER = "ix_request_score_reserved_points"
NOW = "ix_request_score_rank_submitted_on_tie_break"
BEHIND_RESERVED = 1_000_000


def upgrade() -> None:
    with op.batch_alter_table("request_score", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("submitted_on", sa.Date(), nullable=True))
        batch_op.drop_index(batch_op.f(EARLIER))
    _fill()
    with op.batch_alter_table("request_score", schema=None) as batch_op:
        batch_op.alter_column("rank", nullable=False)
        batch_op.alter_column("submitted_on", nullable=False)
        order = ["rank", "submitted_on", "tie_break"]
        batch_op.create_index(batch_op.f(NOW), order, unique=False)
    account_for_migration(op.get_bind(), "request_score", revision)


def _fill() -> None:
    columns = (score.c.id, score.c.reserved, score.c.points, request.c.submitted_on)
    scored = sa.select(*columns).join(request, request.c.id == score.c.request_id)
    rows = [
        {
            "request_score_id": row_id,
            "place": (0 if reserved else BEHIND_RESERVED) - points,
            "day": day,
        }
        for row_id, reserved, points, day in op.get_bind().execute(scored)
    ]
    if rows:
        values = {"rank": sa.bindparam("place"), "submitted_on": sa.bindparam("day")}
        changed = score.update().where(score.c.id == sa.bindparam("request_score_id"))
        op.get_bind().execute(changed.values(values), rows)


def downgrade() -> None:
    with op.batch_alter_table("request_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f(NOW))
        batch_op.drop_column("rank")
        batch_op.drop_column("submitted_on")
        batch_op.create_index(batch_op.f(EARLIER), ["reserved", "points"], unique=False)
    account_for_migration(op.get_bind(), "request_score", revision)
