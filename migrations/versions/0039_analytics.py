"""Tables of the analytics part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted_visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("arrival", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("searched", sa.Boolean(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("signed_in", sa.Boolean(), nullable=False),
        sa.Column("started", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("finished", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "arrival IN ('search_engine','line','other_site','direct')",
            name=op.f("ck_counted_visits_arrival"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_visits")),
    )
    op.create_index(op.f("ix_counted_visits_day"), "counted_visits", ["day"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_counted_visits_day"), table_name="counted_visits")
    op.drop_table("counted_visits")
