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
    op.drop_table("saved_extracts")
    op.drop_index(op.f("ix_extract_requests_at"), table_name="extract_requests")
    op.drop_table("extract_requests")
