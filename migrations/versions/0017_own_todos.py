"""Tables of the own_todos part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("alarm_days", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("wording IN ('plain','titles')", name=op.f("ck_calendar_feeds_wording")),
        sa.CheckConstraint(
            "alarm_days BETWEEN 0 AND 30", name=op.f("ck_calendar_feeds_alarm_days")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_calendar_feeds_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_calendar_feeds_resident_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )
    op.create_table(
        "visit_sheets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("entries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("packed", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_visit_sheets_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_sheets")),
    )
    op.create_index(op.f("ix_visit_sheets_on_day"), "visit_sheets", ["on_day"], unique=False)
    op.create_index(
        op.f("ix_visit_sheets_resident_id"), "visit_sheets", ["resident_id"], unique=False
    )
    op.create_table(
        "life_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("silenced", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('move_in','move_within','move_out','birth','marriage','bereavement',"
            "'retirement','disaster')",
            name=op.f("ck_life_events_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_life_events_person_id_persons"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_life_events_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_events")),
    )
    op.create_index(op.f("ix_life_events_person_id"), "life_events", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_life_events_resident_id"), "life_events", ["resident_id"], unique=False
    )
    op.create_table(
        "own_todos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_own_todos_person_id_persons"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_own_todos_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_todos")),
    )
    op.create_index(op.f("ix_own_todos_person_id"), "own_todos", ["person_id"], unique=False)
    op.create_index(op.f("ix_own_todos_removed_at"), "own_todos", ["removed_at"], unique=False)
    op.create_index(op.f("ix_own_todos_resident_id"), "own_todos", ["resident_id"], unique=False)
    op.create_table(
        "todo_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("packed", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_todo_notes_person_id_persons"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_todo_notes_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_todo_notes")),
        sa.UniqueConstraint(
            "resident_id",
            "person_id",
            "service",
            "occurrence",
            name=op.f("uq_todo_notes_resident_id_person_id_service_occurrence"),
        ),
    )
    op.create_index(op.f("ix_todo_notes_person_id"), "todo_notes", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_todo_notes_person_id"), table_name="todo_notes")
    op.drop_table("todo_notes")
    op.drop_index(op.f("ix_own_todos_resident_id"), table_name="own_todos")
    op.drop_index(op.f("ix_own_todos_removed_at"), table_name="own_todos")
    op.drop_index(op.f("ix_own_todos_person_id"), table_name="own_todos")
    op.drop_table("own_todos")
    op.drop_index(op.f("ix_life_events_resident_id"), table_name="life_events")
    op.drop_index(op.f("ix_life_events_person_id"), table_name="life_events")
    op.drop_table("life_events")
    op.drop_index(op.f("ix_visit_sheets_resident_id"), table_name="visit_sheets")
    op.drop_index(op.f("ix_visit_sheets_on_day"), table_name="visit_sheets")
    op.drop_table("visit_sheets")
    op.drop_table("calendar_feeds")
