"""Tables of the garbage part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "garbage_editions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("files", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "entries", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rejected", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('shipped','import','edit','return')", name=op.f("ck_garbage_editions_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_garbage_editions")),
        sa.UniqueConstraint("number", name=op.f("uq_garbage_editions_number")),
    )
    op.create_table(
        "garbage_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "thing IN ('class','item','district','center','synonym')",
            name=op.f("ck_garbage_entries_thing"),
        ),
        sa.CheckConstraint("until > since", name=op.f("ck_garbage_entries_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_garbage_entries")),
        sa.UniqueConstraint(
            "thing", "key", "since", name=op.f("uq_garbage_entries_thing_key_since")
        ),
    )
    op.create_index(
        "uq_garbage_entries_live",
        "garbage_entries",
        ["thing", "key"],
        unique=True,
        postgresql_where="until IS NULL",
    )


def downgrade() -> None:
    op.drop_index(
        "uq_garbage_entries_live", table_name="garbage_entries", postgresql_where="until IS NULL"
    )
    op.drop_table("garbage_entries")
    op.drop_table("garbage_editions")
