"""Tables of the linking part."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("sign_in_flows", sa.Column("line_name", sa.LargeBinary(), nullable=True))
    op.add_column("sign_in_flows", sa.Column("for_account", sa.Uuid(), nullable=True))
    op.create_table(
        "line_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_index", sa.LargeBinary(), nullable=False),
        sa.Column("access", sa.LargeBinary(), nullable=False),
        sa.Column("refresh", sa.LargeBinary(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("ending_at", TIME, nullable=True),
        sa.Column("try_at", TIME, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_grants")),
    )
    op.create_index(op.f("ix_line_grants_user_index"), "line_grants", ["user_index"], unique=True)
    op.create_index(
        "ix_line_grants_due",
        "line_grants",
        ["try_at"],
        unique=False,
        postgresql_where=sa.text("ending_at IS NOT NULL"),
    )
    op.create_table(
        "address_undos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("old", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("void_at", TIME, nullable=True),
        _resident("address_undos", "resident_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_undos")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_address_undos_token_hash")),
    )
    op.create_index(op.f("ix_address_undos_resident_id"), "address_undos", ["resident_id"])
    op.create_index(op.f("ix_address_undos_at"), "address_undos", ["at"])


def downgrade() -> None:
    op.drop_table("address_undos")
    op.drop_table("line_grants")
    op.drop_column("sign_in_flows", "for_account")
    op.drop_column("sign_in_flows", "line_name")


def _resident(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_residents")
    return sa.ForeignKeyConstraint([column], ["residents.id"], name=name, ondelete="CASCADE")
