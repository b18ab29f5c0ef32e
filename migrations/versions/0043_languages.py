"""Tables of the languages part."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('words','catalogue')", name=op.f("ck_text_signatures_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_signatures")),
    )
    op.create_index(
        "uq_text_signatures_one",
        "text_signatures",
        ["language", "kind", "key"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_text_signatures_changed_at"), "text_signatures", ["changed_at"])
    op.create_index(op.f("ix_text_signatures_batch"), "text_signatures", ["batch"])


def downgrade() -> None:
    op.drop_table("text_signatures")
