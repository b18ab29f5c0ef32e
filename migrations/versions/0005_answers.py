"""Tables of the answers part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_events")),
    )
    op.create_index(op.f("ix_line_events_message_id"), "line_events", ["message_id"], unique=False)
    op.create_index(
        op.f("ix_line_events_next_try_at"),
        "line_events",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        op.f("ix_line_events_received_at"), "line_events", ["received_at"], unique=False
    )
    op.create_table(
        "line_talks",
        sa.Column("user_index", sa.LargeBinary(), nullable=False),
        sa.Column("context", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_index", name=op.f("pk_line_talks")),
    )
    op.create_index(op.f("ix_line_talks_changed_at"), "line_talks", ["changed_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_line_talks_changed_at"), table_name="line_talks")
    op.drop_table("line_talks")
    op.drop_index(op.f("ix_line_events_received_at"), table_name="line_events")
    op.drop_index(
        op.f("ix_line_events_next_try_at"),
        table_name="line_events",
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index(op.f("ix_line_events_message_id"), table_name="line_events")
    op.drop_table("line_events")
