"""Tables of the delivering part."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notices", sa.Column("paused_why", sa.Text(), nullable=True))
    op.add_column(
        "delivery_batches",
        sa.Column("killed", sa.Integer(), server_default="0", nullable=False),
    )
    op.create_table(
        "notice_openings",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_notice_openings_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", "channel", "what", name=op.f("pk_notice_openings")),
    )
    op.create_table(
        "topic_stops",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("channel IN ('line','mail')", name=op.f("ck_topic_stops_channel")),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_topic_stops_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_topic_stops_notice_id_notices"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("resident_id", "topic", "channel", name=op.f("pk_topic_stops")),
    )
    op.create_index(op.f("ix_topic_stops_notice_id"), "topic_stops", ["notice_id"], unique=False)
    op.create_table(
        "line_quota",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_line_quota")),
    )


def downgrade() -> None:
    op.drop_table("line_quota")
    op.drop_index(op.f("ix_topic_stops_notice_id"), table_name="topic_stops")
    op.drop_table("topic_stops")
    op.drop_table("notice_openings")
    op.drop_column("delivery_batches", "killed")
    op.drop_column("notices", "paused_why")
    op.drop_column("notices", "paused_at")
