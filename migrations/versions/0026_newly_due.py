"""Tables of the newly_due part."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "newly_due_sweeps",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_newly_due_sweeps")),
    )
    op.create_table(
        "newly_due",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("what IN ('opens','soon')", name=op.f("ck_newly_due_what")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_newly_due_person_id_persons"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_newly_due_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "resident_id", "person_id", "service", "occurrence", "what", name=op.f("pk_newly_due")
        ),
    )
    op.create_index(op.f("ix_newly_due_day"), "newly_due", ["day"], unique=False)
    op.create_index(op.f("ix_newly_due_person_id"), "newly_due", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_newly_due_person_id"), table_name="newly_due")
    op.drop_index(op.f("ix_newly_due_day"), table_name="newly_due")
    op.drop_table("newly_due")
    op.drop_table("newly_due_sweeps")
