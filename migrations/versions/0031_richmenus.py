"""Tables of the richmenus part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "menu_periods",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("mode IN ('disaster','maintenance')", name=op.f("ck_menu_periods_mode")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_menu_periods_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_periods")),
    )
    op.create_table(
        "drawn_menus",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("alias_of_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["alias_of_id"], ["rich_menus.id"], name=op.f("fk_drawn_menus_alias_of_id_rich_menus")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_menus")),
        sa.UniqueConstraint("alias", name=op.f("uq_drawn_menus_alias")),
        sa.UniqueConstraint("name", name=op.f("uq_drawn_menus_name")),
    )
    op.create_index(
        op.f("ix_drawn_menus_alias_of_id"), "drawn_menus", ["alias_of_id"], unique=False
    )
    op.create_table(
        "menu_links",
        sa.Column("user_index", sa.LargeBinary(), nullable=False),
        sa.Column("line_user", sa.LargeBinary(), nullable=False),
        sa.Column("rich_menu_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rich_menu_id"], ["rich_menus.id"], name=op.f("fk_menu_links_rich_menu_id_rich_menus")
        ),
        sa.PrimaryKeyConstraint("user_index", name=op.f("pk_menu_links")),
    )
    op.create_index(
        op.f("ix_menu_links_rich_menu_id"), "menu_links", ["rich_menu_id"], unique=False
    )
    op.create_table(
        "menu_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("default_id", sa.Uuid(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_menu_state_one_row")),
        sa.ForeignKeyConstraint(
            ["default_id"], ["rich_menus.id"], name=op.f("fk_menu_state_default_id_rich_menus")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_state")),
    )
    op.create_index(op.f("ix_menu_state_default_id"), "menu_state", ["default_id"], unique=False)
    op.create_table(
        "menu_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("menu_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("bar", sa.Text(), nullable=False),
        sa.Column(
            "drawing", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("picture_kind", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("areas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Uuid(), nullable=True),
        sa.Column(
            "segment", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rich_menu_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "mode IN ('normal','disaster','maintenance','tab')", name=op.f("ck_menu_versions_mode")
        ),
        sa.CheckConstraint(
            "picture_kind IN ('','image/png','image/jpeg')",
            name=op.f("ck_menu_versions_picture_kind"),
        ),
        sa.CheckConstraint(
            "approved_by <> submitted_by", name=op.f("ck_menu_versions_by_another_clerk")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_menu_versions_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["menu_id"], ["drawn_menus.id"], name=op.f("fk_menu_versions_menu_id_drawn_menus")
        ),
        sa.ForeignKeyConstraint(
            ["rich_menu_id"],
            ["rich_menus.id"],
            name=op.f("fk_menu_versions_rich_menu_id_rich_menus"),
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"],
            ["saved_segments.id"],
            name=op.f("fk_menu_versions_segment_id_saved_segments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_versions")),
        sa.UniqueConstraint("code", name=op.f("uq_menu_versions_code")),
        sa.UniqueConstraint("menu_id", "number", name=op.f("uq_menu_versions_menu_id_number")),
    )
    op.create_index(
        op.f("ix_menu_versions_rich_menu_id"), "menu_versions", ["rich_menu_id"], unique=False
    )
    op.create_index(
        op.f("ix_menu_versions_segment_id"), "menu_versions", ["segment_id"], unique=False
    )
    op.create_table(
        "menu_taps",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["menu_versions.id"],
            name=op.f("fk_menu_taps_version_id_menu_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "area", "day", name=op.f("pk_menu_taps")),
    )
    op.create_index(op.f("ix_menu_taps_day"), "menu_taps", ["day"], unique=False)
    op.add_column("rich_menus", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("rich_menus", "refused_at")
    op.drop_index(op.f("ix_menu_taps_day"), table_name="menu_taps")
    op.drop_table("menu_taps")
    op.drop_index(op.f("ix_menu_versions_segment_id"), table_name="menu_versions")
    op.drop_index(op.f("ix_menu_versions_rich_menu_id"), table_name="menu_versions")
    op.drop_table("menu_versions")
    op.drop_index(op.f("ix_menu_state_default_id"), table_name="menu_state")
    op.drop_table("menu_state")
    op.drop_index(op.f("ix_menu_links_rich_menu_id"), table_name="menu_links")
    op.drop_table("menu_links")
    op.drop_index(op.f("ix_drawn_menus_alias_of_id"), table_name="drawn_menus")
    op.drop_table("drawn_menus")
    op.drop_table("menu_periods")
