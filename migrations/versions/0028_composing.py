"""Templates, corrections, delayed starts, the emergencies' own log, residents' wishes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_templates")),
    )
    op.create_index(
        "uq_notice_templates_folder_name", "notice_templates", ["folder", "name"], unique=True
    )
    op.create_table(
        "notice_template_versions",
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "variants ? 'ja'", name=op.f("ck_notice_template_versions_has_japanese")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["notice_templates.id"],
            name=op.f("fk_notice_template_versions_template_id_notice_templates"),
        ),
        sa.PrimaryKeyConstraint("template_id", "version", name=op.f("pk_notice_template_versions")),
    )
    op.create_table(
        "notice_wishes",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_notice_wishes_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_notice_wishes")),
    )
    op.create_table(
        "emergency_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step <> 'proposed' OR reason <> ''", name=op.f("ck_emergency_steps_says_why")
        ),
        sa.CheckConstraint(
            "step IN ('proposed','confirmed','stopped')", name=op.f("ck_emergency_steps_step")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_emergency_steps_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_steps")),
    )
    op.create_index(op.f("ix_emergency_steps_at"), "emergency_steps", ["at"], unique=False)
    op.create_index(
        op.f("ix_emergency_steps_notice_id"), "emergency_steps", ["notice_id"], unique=False
    )
    op.create_table(
        "notice_versions",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_notice_versions_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", "version", name=op.f("pk_notice_versions")),
    )
    op.add_column("notices", sa.Column("template_id", sa.Uuid(), nullable=True))
    op.add_column("notices", sa.Column("template_version", sa.Integer(), nullable=True))
    op.add_column("notices", sa.Column("corrects_id", sa.Uuid(), nullable=True))
    op.add_column(
        "notices", sa.Column("start_delay", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_notices_start_delay"), "notices", "start_delay BETWEEN 0 AND 30"
    )
    op.add_column("notices", sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        op.f("ix_notices_corrects_id"),
        "notices",
        ["corrects_id"],
        unique=False,
        postgresql_where="corrects_id IS NOT NULL",
    )
    op.create_foreign_key(
        op.f("fk_notices_template"),
        "notices",
        "notice_template_versions",
        ["template_id", "template_version"],
        ["template_id", "version"],
    )
    op.create_foreign_key(
        op.f("fk_notices_corrects_id_notices"), "notices", "notices", ["corrects_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_notices_corrects_id_notices"), "notices", type_="foreignkey")
    op.drop_constraint(
        op.f("fk_notices_template"),
        "notices",
        type_="foreignkey",
    )
    op.drop_index(
        op.f("ix_notices_corrects_id"),
        table_name="notices",
        postgresql_where="corrects_id IS NOT NULL",
    )
    op.drop_column("notices", "starts_at")
    op.drop_column("notices", "start_delay")
    op.drop_column("notices", "corrects_id")
    op.drop_column("notices", "template_version")
    op.drop_column("notices", "template_id")
    op.drop_table("notice_versions")
    op.drop_index(op.f("ix_emergency_steps_notice_id"), table_name="emergency_steps")
    op.drop_index(op.f("ix_emergency_steps_at"), table_name="emergency_steps")
    op.drop_table("emergency_steps")
    op.drop_table("notice_wishes")
    op.drop_table("notice_template_versions")
    op.drop_index("uq_notice_templates_folder_name", table_name="notice_templates")
    op.drop_table("notice_templates")
