"""Second factors, invitations; sessions know how far they came and when they were confirmed."""

import sqlalchemy as sa
from alembic import op

from audit.migrated import account_for_migration

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CODE = sa.String(length=32)
SESSION_COLUMNS = ("stage", "method", "browser", "system")


def belongs_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}"),
        initially="DEFERRED",
        deferrable=True,
    )


def record(table: str, *columns: sa.Column, users: tuple[str, ...] = ("user_id",)) -> None:
    """A table of records that belong to users, the references indexed."""
    owners = [(name, "user") for name in users]
    if any(column.name == "subject_id" for column in columns):
        owners.append(("subject_id", "subject"))
    op.create_table(
        table,
        *columns,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(belongs_to(table, column, target) for column, target in owners),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column, _ in owners:
        unique = table == "authenticator" and column == "user_id"
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=unique)


def upgrade() -> None:
    add_second_factors()
    record(
        "invitation",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", CODE, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
        users=("user_id", "made_by_id"),
    )
    op.create_table(
        "used_challenge",
        sa.Column("challenge_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_challenge")),
        sa.UniqueConstraint("challenge_hash", name=op.f("uq_used_challenge_challenge_hash")),
    )
    # Whoever is signed in now has shown no second factor: she signs in again.
    op.execute("DELETE FROM login_session")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        for name in SESSION_COLUMNS:
            batch_op.add_column(sa.Column(name, CODE, nullable=False))
        batch_op.add_column(sa.Column("confirmed_at", MOMENT, nullable=False))
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("demo", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.alter_column("demo", server_default=None)
    account_for_migration(op.get_bind(), "user", revision)


def add_second_factors() -> None:
    record(
        "passkey",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("label", sa.LargeBinary(), nullable=True),
        sa.Column("credential_id", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
    )
    record(
        "authenticator",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
    )
    record(
        "recovery_code",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("selector", sa.String(length=4), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.UniqueConstraint("user_id", "selector", name=op.f("uq_recovery_code_user_id_selector")),
    )


def downgrade() -> None:
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_column("demo")
    account_for_migration(op.get_bind(), "user", revision)
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        for name in (*SESSION_COLUMNS, "confirmed_at"):
            batch_op.drop_column(name)
    op.drop_table("used_challenge")
    for table in ("invitation", "recovery_code", "authenticator", "passkey"):
        op.drop_table(table)
