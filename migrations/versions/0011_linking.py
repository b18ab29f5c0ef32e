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
    _account_tables()
    _guardian_tables()


def _account_tables() -> None:
    op.create_table(
        "account_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("log", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.CheckConstraint("into_id <> other_id", name=op.f("ck_account_merges_two_accounts")),
        _resident("account_merges", "into_id"),
        _resident("account_merges", "other_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_merges")),
        sa.UniqueConstraint("other_id", name=op.f("uq_account_merges_other_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_merges_token_hash")),
    )
    op.create_index(op.f("ix_account_merges_into_id"), "account_merges", ["into_id"])
    op.create_index(op.f("ix_account_merges_until"), "account_merges", ["until"])
    op.create_table(
        "departures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("erase_at", TIME, nullable=False),
        _resident("departures", "resident_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departures")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_departures_resident_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_departures_token_hash")),
    )
    op.create_index(op.f("ix_departures_erase_at"), "departures", ["erase_at"])


def _guardian_tables() -> None:
    op.create_table(
        "guardian_agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint(
            "relation IN ('parent','guardian')", name=op.f("ck_guardian_agreements_relation")
        ),
        sa.CheckConstraint(
            "basis IN ('own_account','stated')", name=op.f("ck_guardian_agreements_basis")
        ),
        sa.CheckConstraint(
            "guardian_id <> resident_id", name=op.f("ck_guardian_agreements_somebody_else")
        ),
        _resident("guardian_agreements", "resident_id"),
        _resident("guardian_agreements", "guardian_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_agreements")),
        sa.UniqueConstraint(
            "resident_id", "version", name=op.f("uq_guardian_agreements_resident_id_version")
        ),
    )
    op.create_index(
        op.f("ix_guardian_agreements_guardian_id"), "guardian_agreements", ["guardian_id"]
    )
    op.create_table(
        "guardian_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        _resident("guardian_requests", "resident_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_requests")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_guardian_requests_resident_id")),
        sa.UniqueConstraint("code_index", name=op.f("uq_guardian_requests_code_index")),
    )


def downgrade() -> None:
    for table in ("guardian_requests", "guardian_agreements", "departures", "account_merges"):
        op.drop_table(table)
    op.drop_table("address_undos")
    op.drop_table("line_grants")
    op.drop_column("sign_in_flows", "for_account")
    op.drop_column("sign_in_flows", "line_name")


def _resident(table: str, column: str, gone: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_residents")
    return sa.ForeignKeyConstraint([column], ["residents.id"], name=name, ondelete=gone)
