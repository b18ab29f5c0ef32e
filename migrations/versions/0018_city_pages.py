"""Tables of the city_pages part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facilities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=False),
        sa.Column("closes", sa.Text(), nullable=False),
        sa.Column("times_note", sa.Text(), nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("dataset IN ('facility','shelter')", name=op.f("ck_facilities_dataset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilities")),
        sa.UniqueConstraint("dataset", "code", name=op.f("uq_facilities_dataset_code")),
    )
    op.create_index(
        op.f("ix_facilities_dataset_kind"),
        "facilities",
        ["dataset", "kind"],
        unique=False,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "facility_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_imports")),
    )
    op.create_table(
        "kept_links",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title_ja", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("summary_ja", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("system_browser", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kept_links")),
    )
    op.create_table(
        "link_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('ok','slow','broken')", name=op.f("ck_link_checks_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_checks")),
    )
    op.create_index(op.f("ix_link_checks_key_at"), "link_checks", ["key", "at"], unique=False)
    op.create_table(
        "page_categories",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("interests", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("services", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_page_categories")),
    )
    op.create_table(
        "page_sources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("hosts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("within", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("row_selector", sa.Text(), nullable=False),
        sa.Column("link_selector", sa.Text(), nullable=False),
        sa.Column("date_selector", sa.Text(), nullable=False),
        sa.Column("category_selector", sa.Text(), nullable=False),
        sa.Column("reads_pages", sa.Boolean(), nullable=False),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        sa.Column("delay_ms", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('feed','sitemap','list')", name=op.f("ck_page_sources_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_page_sources_name")),
    )
    op.create_table(
        "city_pages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["page_sources.id"], name=op.f("fk_city_pages_source_id_page_sources")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_pages")),
        sa.UniqueConstraint("url", name=op.f("uq_city_pages_url")),
    )
    op.create_index(
        op.f("ix_city_pages_category"),
        "city_pages",
        ["category"],
        unique=False,
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.create_index(
        op.f("ix_city_pages_source_id_checked_at"),
        "city_pages",
        ["source_id", "checked_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_city_pages_updated_at"),
        "city_pages",
        ["updated_at"],
        unique=False,
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.create_table(
        "page_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("unchanged_list", sa.Boolean(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["page_sources.id"], name=op.f("fk_page_runs_source_id_page_sources")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_runs")),
    )
    op.create_index(
        op.f("ix_page_runs_source_id_started_at"),
        "page_runs",
        ["source_id", "started_at"],
        unique=False,
    )
    op.create_index(
        "uq_page_runs_unfinished",
        "page_runs",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "page_run_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["page_runs.id"],
            name=op.f("fk_page_run_items_run_id_page_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_run_items")),
        sa.UniqueConstraint("run_id", "url", name=op.f("uq_page_run_items_run_id_url")),
    )
    op.create_index(
        "ix_page_run_items_left",
        "page_run_items",
        ["run_id"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_page_run_items_left",
        table_name="page_run_items",
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.drop_table("page_run_items")
    op.drop_index(
        "uq_page_runs_unfinished",
        table_name="page_runs",
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_index(op.f("ix_page_runs_source_id_started_at"), table_name="page_runs")
    op.drop_table("page_runs")
    op.drop_index(
        op.f("ix_city_pages_updated_at"),
        table_name="city_pages",
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.drop_index(op.f("ix_city_pages_source_id_checked_at"), table_name="city_pages")
    op.drop_index(
        op.f("ix_city_pages_category"),
        table_name="city_pages",
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.drop_table("city_pages")
    op.drop_table("page_sources")
    op.drop_table("page_categories")
    op.drop_index(op.f("ix_link_checks_key_at"), table_name="link_checks")
    op.drop_table("link_checks")
    op.drop_table("kept_links")
    op.drop_table("facility_imports")
    op.drop_index(
        op.f("ix_facilities_dataset_kind"),
        table_name="facilities",
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_table("facilities")
