"""Tables of the privacy part."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("ease", sa.Integer(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "task IN ('todo','visit','answer')", name=op.f("ck_survey_answers_task")
        ),
        sa.CheckConstraint("ease BETWEEN 1 AND 7", name=op.f("ck_survey_answers_ease")),
        sa.CheckConstraint(
            "satisfaction BETWEEN 1 AND 5", name=op.f("ck_survey_answers_satisfaction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
    )
    op.create_index(op.f("ix_survey_answers_day"), "survey_answers", ["day"], unique=False)
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_data_exports_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
    )
    op.create_index(op.f("ix_data_exports_asked_at"), "data_exports", ["asked_at"], unique=False)
    op.create_index(
        op.f("ix_data_exports_resident_id"), "data_exports", ["resident_id"], unique=False
    )
    op.create_table(
        "survey_asks",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_survey_asks_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_survey_asks")),
    )


def downgrade() -> None:
    op.drop_table("survey_asks")
    op.drop_index(op.f("ix_data_exports_resident_id"), table_name="data_exports")
    op.drop_index(op.f("ix_data_exports_asked_at"), table_name="data_exports")
    op.drop_table("data_exports")
    op.drop_index(op.f("ix_survey_answers_day"), table_name="survey_answers")
    op.drop_table("survey_answers")
