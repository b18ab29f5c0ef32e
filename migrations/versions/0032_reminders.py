"""Reminders of to-dos, repeats, who made a notice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("origin", sa.Text(), server_default="clerk", nullable=False))
    op.create_check_constraint(
        op.f("ck_notices_origin"),
        "notices",
        "origin IN ('clerk','repeat','todos','garbage')",
    )
    op.create_table(
        "reminder_nights",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reminder_nights")),
    )
    op.create_table(
        "reminder_switches",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_reminder_switches")),
    )
    op.create_table(
        "repeats",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("segment", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("late_hours", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("variants ? 'ja'", name=op.f("ck_repeats_has_japanese")),
        sa.CheckConstraint("late_hours BETWEEN 0 AND 48", name=op.f("ck_repeats_late_hours")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeats")),
        sa.UniqueConstraint("id", "author_id", name=op.f("uq_repeats_id_author_id")),
    )
    op.create_table(
        "reminder_wishes",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("todos", sa.Boolean(), nullable=False),
        sa.Column("garbage_place", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_reminder_wishes_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_reminder_wishes")),
    )
    op.create_index(
        op.f("ix_reminder_wishes_garbage_place"),
        "reminder_wishes",
        ["garbage_place"],
        unique=False,
        postgresql_where="garbage_place IS NOT NULL",
    )
    op.create_table(
        "repeat_approvals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("repeat_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision = 'approved' OR comment <> ''",
            name=op.f("ck_repeat_approvals_return_says_why"),
        ),
        sa.CheckConstraint(
            "decision IN ('approved','returned')", name=op.f("ck_repeat_approvals_decision")
        ),
        sa.CheckConstraint(
            "decided_by <> author_id", name=op.f("ck_repeat_approvals_by_another_clerk")
        ),
        sa.ForeignKeyConstraint(
            ["repeat_id", "author_id"],
            ["repeats.id", "repeats.author_id"],
            name=op.f("fk_repeat_approvals_repeat_id_author_id_repeats"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeat_approvals")),
    )
    op.create_index(
        op.f("ix_repeat_approvals_repeat_id_at"),
        "repeat_approvals",
        ["repeat_id", "at"],
        unique=False,
    )
    op.create_index(
        "uq_repeat_approvals_approved",
        "repeat_approvals",
        ["repeat_id", "version"],
        unique=True,
        postgresql_where="decision = 'approved'",
    )
    op.create_table(
        "repeat_runs",
        sa.Column("repeat_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "skipped IN ('Clerk','Late','Faulty')", name=op.f("ck_repeat_runs_skipped")
        ),
        sa.ForeignKeyConstraint(
            ["repeat_id"],
            ["repeats.id"],
            name=op.f("fk_repeat_runs_repeat_id_repeats"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("repeat_id", "due_at", name=op.f("pk_repeat_runs")),
    )
    op.create_table(
        "notice_recipients",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_notice_recipients_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_notice_recipients_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", "resident_id", name=op.f("pk_notice_recipients")),
    )
    op.create_index(
        op.f("ix_notice_recipients_resident_id"), "notice_recipients", ["resident_id"], unique=False
    )
    op.create_table(
        "reminder_lines",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("held_back", sa.Text(), nullable=True),
        sa.CheckConstraint("what IN ('opens','soon')", name=op.f("ck_reminder_lines_what")),
        sa.CheckConstraint(
            "(notice_id IS NULL) = (held_back IS NOT NULL)",
            name=op.f("ck_reminder_lines_told_or_why_not"),
        ),
        sa.ForeignKeyConstraint(
            ["night"],
            ["reminder_nights.day"],
            name=op.f("fk_reminder_lines_night_reminder_nights"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_reminder_lines_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_reminder_lines_person_id_persons"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_reminder_lines_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "resident_id",
            "person_id",
            "service",
            "occurrence",
            "what",
            name=op.f("pk_reminder_lines"),
        ),
    )
    op.create_index(op.f("ix_reminder_lines_night"), "reminder_lines", ["night"], unique=False)
    op.create_index(
        op.f("ix_reminder_lines_notice_id_resident_id"),
        "reminder_lines",
        ["notice_id", "resident_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_reminder_lines_person_id"), "reminder_lines", ["person_id"], unique=False
    )
    op.create_table(
        "reminder_notices",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("things", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["day"],
            ["reminder_nights.day"],
            name=op.f("fk_reminder_notices_day_reminder_nights"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_reminder_notices_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_reminder_notices")),
    )
    op.create_index(op.f("ix_reminder_notices_day"), "reminder_notices", ["day"], unique=False)
    op.create_table(
        "repeat_notices",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("repeat_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_repeat_notices_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["repeat_id", "due_at"],
            ["repeat_runs.repeat_id", "repeat_runs.due_at"],
            name=op.f("fk_repeat_notices_repeat_id_due_at_repeat_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_repeat_notices")),
        sa.UniqueConstraint(
            "repeat_id", "due_at", "place", name=op.f("uq_repeat_notices_repeat_id_due_at_place")
        ),
    )


def downgrade() -> None:
    op.drop_table("repeat_notices")
    op.drop_index(op.f("ix_reminder_notices_day"), table_name="reminder_notices")
    op.drop_table("reminder_notices")
    op.drop_index(op.f("ix_reminder_lines_person_id"), table_name="reminder_lines")
    op.drop_index(op.f("ix_reminder_lines_notice_id_resident_id"), table_name="reminder_lines")
    op.drop_index(op.f("ix_reminder_lines_night"), table_name="reminder_lines")
    op.drop_table("reminder_lines")
    op.drop_index(op.f("ix_notice_recipients_resident_id"), table_name="notice_recipients")
    op.drop_table("notice_recipients")
    op.drop_table("repeat_runs")
    op.drop_index(
        "uq_repeat_approvals_approved",
        table_name="repeat_approvals",
        postgresql_where="decision = 'approved'",
    )
    op.drop_index(op.f("ix_repeat_approvals_repeat_id_at"), table_name="repeat_approvals")
    op.drop_table("repeat_approvals")
    op.drop_index(
        op.f("ix_reminder_wishes_garbage_place"),
        table_name="reminder_wishes",
        postgresql_where="garbage_place IS NOT NULL",
    )
    op.drop_table("reminder_wishes")
    op.drop_table("repeats")
    op.drop_table("reminder_switches")
    op.drop_table("reminder_nights")
    op.drop_constraint(op.f("ck_notices_origin"), "notices")
    op.drop_column("notices", "origin")
