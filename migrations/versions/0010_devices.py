"""Tables of the devices part."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_forms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("had_files", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_forms")),
    )
    op.create_index(op.f("ix_kept_forms_created_at"), "kept_forms", ["created_at"], unique=False)
    op.create_index(op.f("ix_kept_forms_resident_id"), "kept_forms", ["resident_id"], unique=False)
    op.create_table(
        "line_spent_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_line_spent_tokens")),
    )
    op.create_index(
        op.f("ix_line_spent_tokens_expires_at"), "line_spent_tokens", ["expires_at"], unique=False
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("earlier_hash", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remembered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_devices_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_resident_id"), "devices", ["resident_id"], unique=False)
    op.create_index(op.f("ix_devices_used_at"), "devices", ["used_at"], unique=False)
    op.create_table(
        "not_me_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_not_me_links_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_not_me_links")),
    )
    op.create_index(
        op.f("ix_not_me_links_expires_at"), "not_me_links", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_not_me_links_resident_id"), "not_me_links", ["resident_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_not_me_links_resident_id"), table_name="not_me_links")
    op.drop_index(op.f("ix_not_me_links_expires_at"), table_name="not_me_links")
    op.drop_table("not_me_links")
    op.drop_index(op.f("ix_devices_used_at"), table_name="devices")
    op.drop_index(op.f("ix_devices_resident_id"), table_name="devices")
    op.drop_table("devices")
    op.drop_index(op.f("ix_line_spent_tokens_expires_at"), table_name="line_spent_tokens")
    op.drop_table("line_spent_tokens")
    op.drop_index(op.f("ix_kept_forms_resident_id"), table_name="kept_forms")
    op.drop_index(op.f("ix_kept_forms_created_at"), table_name="kept_forms")
    op.drop_table("kept_forms")
