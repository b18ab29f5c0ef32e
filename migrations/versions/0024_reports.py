"""Tables of the reports part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SEQUENCE report_numbers")
    op.create_table(
        "report_areas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("geometry", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('city','district','prefecture_road','state_road','other')",
            name=op.f("ck_report_areas_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_areas")),
    )
    op.create_index(
        op.f("ix_report_areas_kind"),
        "report_areas",
        ["kind"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "report_categories",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("entry", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_report_categories")),
    )
    op.create_table(
        "report_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_hash", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('web','line')", name=op.f("ck_report_drafts_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_drafts")),
        sa.UniqueConstraint("owner_hash", name=op.f("uq_report_drafts_owner_hash")),
    )
    op.create_index(
        op.f("ix_report_drafts_changed_at"), "report_drafts", ["changed_at"], unique=False
    )
    op.create_table(
        "report_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_report_keys_key_hash")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("mail", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("line_user", sa.LargeBinary(), nullable=True),
        sa.Column("public_words", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'duplicate') = (duplicate_of IS NOT NULL)", name=op.f("ck_reports_duplicate")
        ),
        sa.CheckConstraint(
            "channel IN ('web','line','api','staff')", name=op.f("ck_reports_channel")
        ),
        sa.CheckConstraint(
            "state IN ('received','checking','in_progress','done','handed_over','not_ours',"
            "'duplicate')",
            name=op.f("ck_reports_state"),
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["reports.id"], name=op.f("fk_reports_duplicate_of_reports")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_reports_resident_id_residents"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_reports_link_hash")),
        sa.UniqueConstraint("number", name=op.f("uq_reports_number")),
    )
    op.create_index(
        op.f("ix_reports_category_latitude_longitude"),
        "reports",
        ["category", "latitude", "longitude"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_reports_created_at"), "reports", ["created_at"], unique=False)
    op.create_index(op.f("ix_reports_duplicate_of"), "reports", ["duplicate_of"], unique=False)
    op.create_index(op.f("ix_reports_resident_id"), "reports", ["resident_id"], unique=False)
    op.create_index(
        op.f("ix_reports_state_created_at"), "reports", ["state", "created_at"], unique=False
    )
    op.create_table(
        "report_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('state','assign','answer','note','reopen','thanks','category')",
            name=op.f("ck_report_acts_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
            name=op.f("fk_report_acts_report_id_reports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_acts")),
    )
    op.create_index(
        op.f("ix_report_acts_at"),
        "report_acts",
        ["at"],
        unique=False,
        postgresql_where=sa.text("tells AND told_at IS NULL"),
    )
    op.create_index(
        op.f("ix_report_acts_report_id_at"), "report_acts", ["report_id", "at"], unique=False
    )
    op.create_table(
        "report_followers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("voter_hash", sa.LargeBinary(), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("mail", sa.LargeBinary(), nullable=True),
        sa.Column("line_user", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
            name=op.f("fk_report_followers_report_id_reports"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_report_followers_resident_id_residents"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_followers")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_report_followers_link_hash")),
        sa.UniqueConstraint(
            "report_id", "voter_hash", name=op.f("uq_report_followers_report_id_voter_hash")
        ),
    )
    op.create_index(
        op.f("ix_report_followers_resident_id"), "report_followers", ["resident_id"], unique=False
    )
    op.create_table(
        "report_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("line_message_id", sa.Text(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(report_id, draft_id) = 1", name=op.f("ck_report_pictures_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["report_drafts.id"],
            name=op.f("fk_report_pictures_draft_id_report_drafts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
            name=op.f("fk_report_pictures_report_id_reports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_pictures")),
    )
    op.create_index(
        op.f("ix_report_pictures_draft_id"), "report_pictures", ["draft_id"], unique=False
    )
    op.create_index(
        op.f("ix_report_pictures_line_message_id"),
        "report_pictures",
        ["line_message_id"],
        unique=False,
        postgresql_where=sa.text("line_message_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_report_pictures_report_id"), "report_pictures", ["report_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_report_pictures_report_id"), table_name="report_pictures")
    op.drop_index(
        op.f("ix_report_pictures_line_message_id"),
        table_name="report_pictures",
        postgresql_where=sa.text("line_message_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_report_pictures_draft_id"), table_name="report_pictures")
    op.drop_table("report_pictures")
    op.drop_index(op.f("ix_report_followers_resident_id"), table_name="report_followers")
    op.drop_table("report_followers")
    op.drop_index(op.f("ix_report_acts_report_id_at"), table_name="report_acts")
    op.drop_index(
        op.f("ix_report_acts_at"),
        table_name="report_acts",
        postgresql_where=sa.text("tells AND told_at IS NULL"),
    )
    op.drop_table("report_acts")
    op.drop_index(op.f("ix_reports_state_created_at"), table_name="reports")
    op.drop_index(op.f("ix_reports_resident_id"), table_name="reports")
    op.drop_index(op.f("ix_reports_duplicate_of"), table_name="reports")
    op.drop_index(op.f("ix_reports_created_at"), table_name="reports")
    op.drop_index(
        op.f("ix_reports_category_latitude_longitude"),
        table_name="reports",
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_table("reports")
    op.drop_table("report_keys")
    op.drop_index(op.f("ix_report_drafts_changed_at"), table_name="report_drafts")
    op.drop_table("report_drafts")
    op.drop_table("report_categories")
    op.drop_index(
        op.f("ix_report_areas_kind"),
        table_name="report_areas",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("report_areas")
    op.execute("DROP SEQUENCE report_numbers")
