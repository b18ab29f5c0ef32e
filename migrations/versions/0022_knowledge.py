"""Tables of the knowledge part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_revisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "body", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approver", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_on", sa.Date(), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first", sa.Integer(), nullable=True),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','proposed','approved','live','past','discarded')",
            name=op.f("ck_answer_revisions_state"),
        ),
        sa.CheckConstraint(
            "thing IN ('faq','synonym','stop_words')", name=op.f("ck_answer_revisions_thing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_revisions")),
        sa.UniqueConstraint(
            "thing", "key", "number", name=op.f("uq_answer_revisions_thing_key_number")
        ),
    )
    op.create_index(
        "uq_answer_revisions_live",
        "answer_revisions",
        ["thing", "key"],
        unique=True,
        postgresql_where="state = 'live'",
    )
    op.create_index(
        "uq_answer_revisions_open",
        "answer_revisions",
        ["thing", "key"],
        unique=True,
        postgresql_where="state IN ('draft','proposed','approved')",
    )
    op.create_table(
        "answer_sources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_sources")),
        sa.UniqueConstraint("url", "key", name=op.f("uq_answer_sources_url_key")),
    )
    op.create_table(
        "answer_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_answer_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_version")),
    )


def downgrade() -> None:
    op.drop_table("answer_version")
    op.drop_table("answer_sources")
    op.drop_index(
        "uq_answer_revisions_open",
        table_name="answer_revisions",
        postgresql_where="state IN ('draft','proposed','approved')",
    )
    op.drop_index(
        "uq_answer_revisions_live", table_name="answer_revisions", postgresql_where="state = 'live'"
    )
    op.drop_table("answer_revisions")
