"""Tables of the notices part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("segment", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fanned_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('normal','emergency','drill')", name=op.f("ck_notices_kind")),
        sa.CheckConstraint("variants ? 'ja'", name=op.f("ck_notices_has_japanese")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("id", "author_id", name=op.f("uq_notices_id_author_id")),
    )
    op.create_index(op.f("ix_notices_created_at"), "notices", ["created_at"], unique=False)
    op.create_table(
        "rich_menus",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rich_menus")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_rich_menus_content_hash")),
    )
    op.create_table(
        "channel_stops",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('line','mail')", name=op.f("ck_channel_stops_channel")),
        sa.CheckConstraint(
            "reason IN ('blocked','bounced','not_friend')", name=op.f("ck_channel_stops_reason")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_channel_stops_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", "channel", name=op.f("pk_channel_stops")),
    )
    op.create_table(
        "deliveries",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("channel IN ('line','mail')", name=op.f("ck_deliveries_channel")),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_deliveries_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_deliveries_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", "resident_id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["notice_id", "channel", "language", "part"],
        unique=False,
        postgresql_where="sent_at IS NULL AND failed_at IS NULL",
    )
    op.create_index(op.f("ix_deliveries_resident_id"), "deliveries", ["resident_id"], unique=False)
    op.create_table(
        "delivery_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("retry_key", sa.Uuid(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("channel IN ('line','mail')", name=op.f("ck_delivery_batches_channel")),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_delivery_batches_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_batches")),
        sa.UniqueConstraint(
            "notice_id",
            "channel",
            "language",
            "part",
            name=op.f("uq_delivery_batches_notice_id_channel_language_part"),
        ),
    )
    op.create_index(
        op.f("ix_delivery_batches_next_try_at"),
        "delivery_batches",
        ["next_try_at"],
        unique=False,
        postgresql_where="done_at IS NULL",
    )
    op.create_table(
        "inbox_entries",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_inbox_entries_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_inbox_entries_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", "resident_id", name=op.f("pk_inbox_entries")),
    )
    op.create_index("ix_inbox_entries_notice_id", "inbox_entries", ["notice_id"], unique=False)
    op.create_index(
        op.f("ix_inbox_entries_resident_id_at"),
        "inbox_entries",
        ["resident_id", "at"],
        unique=False,
    )
    op.create_index(
        "ix_inbox_entries_unread",
        "inbox_entries",
        ["resident_id"],
        unique=False,
        postgresql_where="read_at IS NULL AND archived_at IS NULL",
    )
    op.create_table(
        "notice_approvals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision = 'approved' OR comment <> ''",
            name=op.f("ck_notice_approvals_return_says_why"),
        ),
        sa.CheckConstraint(
            "decision IN ('approved','returned')", name=op.f("ck_notice_approvals_decision")
        ),
        sa.CheckConstraint(
            "decided_by <> author_id", name=op.f("ck_notice_approvals_by_another_clerk")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id", "author_id"],
            ["notices.id", "notices.author_id"],
            name=op.f("fk_notice_approvals_notice_id_author_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_approvals")),
    )
    op.create_index(
        op.f("ix_notice_approvals_notice_id_at"),
        "notice_approvals",
        ["notice_id", "at"],
        unique=False,
    )
    op.create_index(
        "uq_notice_approvals_approved",
        "notice_approvals",
        ["notice_id"],
        unique=True,
        postgresql_where="decision = 'approved'",
    )


def downgrade() -> None:
    op.drop_index(
        "uq_notice_approvals_approved",
        table_name="notice_approvals",
        postgresql_where="decision = 'approved'",
    )
    op.drop_index(op.f("ix_notice_approvals_notice_id_at"), table_name="notice_approvals")
    op.drop_table("notice_approvals")
    op.drop_index(
        "ix_inbox_entries_unread",
        table_name="inbox_entries",
        postgresql_where="read_at IS NULL AND archived_at IS NULL",
    )
    op.drop_index(op.f("ix_inbox_entries_resident_id_at"), table_name="inbox_entries")
    op.drop_index("ix_inbox_entries_notice_id", table_name="inbox_entries")
    op.drop_table("inbox_entries")
    op.drop_index(
        op.f("ix_delivery_batches_next_try_at"),
        table_name="delivery_batches",
        postgresql_where="done_at IS NULL",
    )
    op.drop_table("delivery_batches")
    op.drop_index(op.f("ix_deliveries_resident_id"), table_name="deliveries")
    op.drop_index(
        "ix_deliveries_open",
        table_name="deliveries",
        postgresql_where="sent_at IS NULL AND failed_at IS NULL",
    )
    op.drop_table("deliveries")
    op.drop_table("channel_stops")
    op.drop_table("rich_menus")
    op.drop_index(op.f("ix_notices_created_at"), table_name="notices")
    op.drop_table("notices")
