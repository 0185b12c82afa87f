"""Plans of a whole season: the plan, and each party's place in it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('season_plan',
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('policy', sa.Integer(), nullable=False),
    sa.Column('points_on', sa.Date(), nullable=True),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('bound', sa.Integer(), nullable=False),
    sa.Column('greedy_points', sa.Integer(), nullable=False),
    sa.Column('first_come_points', sa.Integer(), nullable=False),
    sa.Column('placed', sa.Integer(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('milliseconds', sa.Integer(), nullable=False),
    sa.Column('inputs', sa.Text(), nullable=False),
    sa.Column('figures', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_season_plan_by_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_season_plan'))
    )
    with op.batch_alter_table('season_plan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_season_plan_by_id'), ['by_id'], unique=False)

    op.create_table('season_outcome',
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('movement_id', sa.Uuid(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('in_reserve', sa.Boolean(), nullable=False),
    sa.Column('first_night', sa.Date(), nullable=True),
    sa.Column('last_night', sa.Date(), nullable=True),
    sa.Column('rooms', sa.Text(), nullable=False),
    sa.Column('travellers', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['movement_id'], ['movement.id'], name=op.f('fk_season_outcome_movement_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['plan_id'], ['season_plan.id'], name=op.f('fk_season_outcome_plan_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['request_id'], ['return_request.id'], name=op.f('fk_season_outcome_request_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_season_outcome_subject_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_season_outcome'))
    )
    with op.batch_alter_table('season_outcome', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_season_outcome_movement_id'), ['movement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_season_outcome_plan_id'), ['plan_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_season_outcome_plan_id_movement_id'), ['plan_id', 'movement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_season_outcome_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_season_outcome_subject_id'), ['subject_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('season_outcome', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_season_outcome_subject_id'))
        batch_op.drop_index(batch_op.f('ix_season_outcome_request_id'))
        batch_op.drop_index(batch_op.f('ix_season_outcome_plan_id_movement_id'))
        batch_op.drop_index(batch_op.f('ix_season_outcome_plan_id'))
        batch_op.drop_index(batch_op.f('ix_season_outcome_movement_id'))

    op.drop_table('season_outcome')
    with op.batch_alter_table('season_plan', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_season_plan_by_id'))

    op.drop_table('season_plan')
