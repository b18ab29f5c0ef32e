"""Tables of the learning part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.Column("unsolved", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "kind", "key", name=op.f("pk_asked_counts")),
    )
    op.create_table(
        "asked_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("offered", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint("channel IN ('web','line')", name=op.f("ck_asked_questions_channel")),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_asked_questions_hour")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_questions")),
    )
    op.create_index(
        op.f("ix_asked_questions_after"),
        "asked_questions",
        ["after"],
        unique=False,
        postgresql_where=sa.text("after IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_asked_questions_day_hour"), "asked_questions", ["day", "hour"], unique=False
    )
    op.create_index(op.f("ix_asked_questions_folded"), "asked_questions", ["folded"], unique=False)
    op.create_table(
        "learned_weights",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("model", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_weights")),
    )
    op.create_table(
        "miss_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "act IN ('alias','synonym','draft','not_ours','ignore')",
            name=op.f("ck_miss_decisions_act"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_miss_decisions")),
    )
    op.create_index(
        "uq_miss_decisions_folded",
        "miss_decisions",
        ["folded"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "question_tickets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("mail", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("drafted", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_tickets")),
    )
    op.create_index(
        op.f("ix_question_tickets_answered_at"), "question_tickets", ["answered_at"], unique=False
    )
    op.create_table(
        "replays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
    )
    op.create_table(
        "test_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_questions")),
        sa.UniqueConstraint("key", "folded", name=op.f("uq_test_questions_key_folded")),
    )
    op.create_index(op.f("ix_test_questions_key"), "test_questions", ["key"], unique=False)
    op.create_table(
        "answer_releases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("knowledge_number", sa.Integer(), nullable=True),
        sa.Column("drafts", sa.Boolean(), nullable=False),
        sa.Column("learned_id", sa.Uuid(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column(
            "gate", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("author", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approver", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','trial','pilot','live','past','dropped')",
            name=op.f("ck_answer_releases_state"),
        ),
        sa.CheckConstraint("share BETWEEN 0 AND 100", name=op.f("ck_answer_releases_share")),
        sa.ForeignKeyConstraint(
            ["learned_id"],
            ["learned_weights.id"],
            name=op.f("fk_answer_releases_learned_id_learned_weights"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_releases")),
        sa.UniqueConstraint("number", name=op.f("uq_answer_releases_number")),
    )
    op.create_index(
        "uq_answer_releases_state",
        "answer_releases",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state IN ('trial','pilot','live')"),
    )
    op.create_table(
        "judged_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_id", sa.Uuid(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("right_key", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "mark IN ('right','partly','wrong','unclear')", name=op.f("ck_judged_answers_mark")
        ),
        sa.ForeignKeyConstraint(
            ["asked_id"],
            ["asked_questions.id"],
            name=op.f("fk_judged_answers_asked_id_asked_questions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judged_answers")),
        sa.UniqueConstraint("asked_id", name=op.f("uq_judged_answers_asked_id")),
    )
    op.create_index(op.f("ix_judged_answers_month"), "judged_answers", ["month"], unique=False)
    op.create_table(
        "replay_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("marked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "mark IN ('better','worse','same')", name=op.f("ck_replay_changes_mark")
        ),
        sa.ForeignKeyConstraint(
            ["replay_id"],
            ["replays.id"],
            name=op.f("fk_replay_changes_replay_id_replays"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay_changes")),
    )
    op.create_index(
        op.f("ix_replay_changes_replay_id"), "replay_changes", ["replay_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_replay_changes_replay_id"), table_name="replay_changes")
    op.drop_table("replay_changes")
    op.drop_index(op.f("ix_judged_answers_month"), table_name="judged_answers")
    op.drop_table("judged_answers")
    op.drop_index(
        "uq_answer_releases_state",
        table_name="answer_releases",
        postgresql_where=sa.text("state IN ('trial','pilot','live')"),
    )
    op.drop_table("answer_releases")
    op.drop_index(op.f("ix_test_questions_key"), table_name="test_questions")
    op.drop_table("test_questions")
    op.drop_table("replays")
    op.drop_index(op.f("ix_question_tickets_answered_at"), table_name="question_tickets")
    op.drop_table("question_tickets")
    op.drop_index(
        "uq_miss_decisions_folded",
        table_name="miss_decisions",
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.drop_table("miss_decisions")
    op.drop_table("learned_weights")
    op.drop_index(op.f("ix_asked_questions_folded"), table_name="asked_questions")
    op.drop_index(op.f("ix_asked_questions_day_hour"), table_name="asked_questions")
    op.drop_index(
        op.f("ix_asked_questions_after"),
        table_name="asked_questions",
        postgresql_where=sa.text("after IS NOT NULL"),
    )
    op.drop_table("asked_questions")
    op.drop_table("asked_counts")
