"""Tables of the extracts part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_patches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("script", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("ran_by", sa.Uuid(), nullable=True),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> by", name=op.f("ck_data_patches_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["undoes"], ["data_patches.id"], name=op.f("fk_data_patches_undoes_data_patches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_patches")),
    )
    op.create_index(op.f("ix_data_patches_at"), "data_patches", ["at"], unique=False)
    op.create_table(
        "exit_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("tables", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_exports")),
    )
    op.create_table(
        "extract_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("choice", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "format IN ('csv','csv-cp932','xlsx')", name=op.f("ck_extract_requests_format")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> by", name=op.f("ck_extract_requests_two_clerks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extract_requests")),
    )
    op.create_index(op.f("ix_extract_requests_at"), "extract_requests", ["at"], unique=False)
    op.create_table(
        "saved_extracts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("choice", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_extracts")),
    )
    op.create_table(
        "exit_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"],
            ["exit_exports.id"],
            name=op.f("fk_exit_decisions_export_id_exit_exports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_decisions")),
        sa.UniqueConstraint("export_id", "by", name=op.f("uq_exit_decisions_export_id_by")),
    )
    op.create_table(
        "extract_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("choice", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "format IN ('csv','csv-cp932','xlsx')", name=op.f("ck_extract_runs_format")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["extract_requests.id"],
            name=op.f("fk_extract_runs_request_id_extract_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extract_runs")),
    )
    op.create_index(op.f("ix_extract_runs_at"), "extract_runs", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_extract_runs_at"), table_name="extract_runs")
    op.drop_table("extract_runs")
    op.drop_table("exit_decisions")
    op.drop_table("saved_extracts")
    op.drop_index(op.f("ix_extract_requests_at"), table_name="extract_requests")
    op.drop_table("extract_requests")
    op.drop_table("exit_exports")
    op.drop_index(op.f("ix_data_patches_at"), table_name="data_patches")
    op.drop_table("data_patches")
