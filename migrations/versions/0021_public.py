"""Tables of the public part."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kiosk_maintenance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("author", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_kiosk_maintenance_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_maintenance")),
    )
    op.create_index(
        op.f("ix_kiosk_maintenance_ends_at"),
        "kiosk_maintenance",
        ["ends_at"],
        unique=False,
        postgresql_where="taken_back_at IS NULL",
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_kiosk_maintenance_ends_at"),
        table_name="kiosk_maintenance",
        postgresql_where="taken_back_at IS NULL",
    )
    op.drop_table("kiosk_maintenance")
