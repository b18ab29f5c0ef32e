"""Tables of the desk part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter_numbers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_counter_numbers_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_numbers")),
        sa.UniqueConstraint("number_index", name=op.f("uq_counter_numbers_number_index")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_counter_numbers_resident_id")),
    )
    op.create_table(
        "desk_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("activation_index", sa.LargeBinary(), nullable=True),
        sa.Column("flow_id", sa.Uuid(), nullable=True),
        sa.Column("hashes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_desk_lists_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_lists")),
        sa.UniqueConstraint("activation_index", name=op.f("uq_desk_lists_activation_index")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_desk_lists_resident_id")),
    )
    op.create_table(
        "recovery_cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("lost", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contested", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_index", sa.LargeBinary(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_email", sa.LargeBinary(), nullable=True),
        sa.Column("new_hashes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "lost IN ('line','phone','email','all')", name=op.f("ck_recovery_cases_lost")
        ),
        sa.CheckConstraint(
            "approved_at IS NULL OR decided_by IS NOT NULL", name=op.f("ck_recovery_cases_decided")
        ),
        sa.CheckConstraint(
            "asked_by IS NULL OR used_at IS NULL OR approved_at IS NOT NULL",
            name=op.f("ck_recovery_cases_agreed"),
        ),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_recovery_cases_two_clerks")),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_recovery_cases_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_cases")),
        sa.UniqueConstraint("code_index", name=op.f("uq_recovery_cases_code_index")),
    )
    op.create_index(
        op.f("ix_recovery_cases_due_at"),
        "recovery_cases",
        ["due_at"],
        unique=False,
        postgresql_where="done_at IS NULL AND stopped_at IS NULL",
    )
    op.create_index(
        op.f("ix_recovery_cases_resident_id"), "recovery_cases", ["resident_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_recovery_cases_resident_id"), table_name="recovery_cases")
    op.drop_index(
        op.f("ix_recovery_cases_due_at"),
        table_name="recovery_cases",
        postgresql_where="done_at IS NULL AND stopped_at IS NULL",
    )
    op.drop_table("recovery_cases")
    op.drop_table("desk_lists")
    op.drop_table("counter_numbers")
