"""Tables of the disaster part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disaster_automatic",
        sa.Column("grade", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "agreed_by <> asked_by", name=op.f("ck_disaster_automatic_by_another_clerk")
        ),
        sa.CheckConstraint("grade BETWEEN 3 AND 5", name=op.f("ck_disaster_automatic_grade")),
        sa.PrimaryKeyConstraint("grade", name=op.f("pk_disaster_automatic")),
    )
    op.create_table(
        "disaster_feeds",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_disaster_feeds")),
    )
    op.create_table(
        "disaster_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('jma','evacuation')", name=op.f("ck_disaster_messages_source")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disaster_messages")),
        sa.UniqueConstraint("address", name=op.f("uq_disaster_messages_address")),
    )
    op.create_index(
        op.f("ix_disaster_messages_received_at"), "disaster_messages", ["received_at"], unique=False
    )
    op.create_table(
        "disaster_modes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disaster_modes")),
    )
    op.create_index(
        "uq_disaster_modes_open",
        "disaster_modes",
        [sa.literal_column("(ended_at IS NULL)")],
        unique=True,
        postgresql_where="ended_at IS NULL",
    )
    op.create_table(
        "disaster_in_force",
        sa.Column("hazard", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["disaster_messages.id"],
            name=op.f("fk_disaster_in_force_message_id_disaster_messages"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hazard", name=op.f("pk_disaster_in_force")),
    )
    op.create_index(
        op.f("ix_disaster_in_force_message_id"), "disaster_in_force", ["message_id"], unique=False
    )
    op.create_table(
        "disaster_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("menu", sa.Boolean(), nullable=False),
        sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "action IN ('emergency','notice','correction')",
            name=op.f("ck_disaster_proposals_action"),
        ),
        sa.CheckConstraint("variants ? 'ja'", name=op.f("ck_disaster_proposals_has_japanese")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["disaster_messages.id"],
            name=op.f("fk_disaster_proposals_message_id_disaster_messages"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disaster_proposals")),
        sa.UniqueConstraint("message_id", name=op.f("uq_disaster_proposals_message_id")),
    )
    op.create_index(
        op.f("ix_disaster_proposals_created_at"), "disaster_proposals", ["created_at"], unique=False
    )
    op.create_table(
        "disaster_decisions",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision <> 'dismissed' OR reason <> ''",
            name=op.f("ck_disaster_decisions_dismissal_says_why"),
        ),
        sa.CheckConstraint(
            "decision IN ('confirmed','dismissed','automatic')",
            name=op.f("ck_disaster_decisions_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_disaster_decisions_notice_id_notices"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["disaster_proposals.id"],
            name=op.f("fk_disaster_decisions_proposal_id_disaster_proposals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_disaster_decisions")),
    )
    op.create_index(
        op.f("ix_disaster_decisions_notice_id"), "disaster_decisions", ["notice_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_disaster_decisions_notice_id"), table_name="disaster_decisions")
    op.drop_table("disaster_decisions")
    op.drop_index(op.f("ix_disaster_proposals_created_at"), table_name="disaster_proposals")
    op.drop_table("disaster_proposals")
    op.drop_index(op.f("ix_disaster_in_force_message_id"), table_name="disaster_in_force")
    op.drop_table("disaster_in_force")
    op.drop_index(
        "uq_disaster_modes_open", table_name="disaster_modes", postgresql_where="ended_at IS NULL"
    )
    op.drop_table("disaster_modes")
    op.drop_index(op.f("ix_disaster_messages_received_at"), table_name="disaster_messages")
    op.drop_table("disaster_messages")
    op.drop_table("disaster_feeds")
    op.drop_table("disaster_automatic")
