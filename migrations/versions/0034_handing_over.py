"""Rich messages with their pictures, and the hand-over to the city's other tools."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _pictures()
    _channels()


def downgrade() -> None:
    op.drop_table("friendship_rounds")
    op.drop_table("line_testers")
    op.drop_table("notice_ratings")
    op.drop_column("inbox_entries", "rated")
    op.drop_column("notices", "mail_only")
    op.drop_index("uq_picture_templates_name_version", table_name="picture_templates")
    op.drop_table("picture_templates")
    op.drop_table("notice_picture_sizes")
    op.drop_table("notice_pictures")
    op.drop_column("notices", "rich")


def _pictures() -> None:
    op.add_column(
        "notices", sa.Column("rich", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.create_table(
        "notice_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_pictures")),
    )
    op.create_table(
        "notice_picture_sizes",
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"],
            ["notice_pictures.id"],
            name=op.f("fk_notice_picture_sizes_picture_id_notice_pictures"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("picture_id", "width", name=op.f("pk_notice_picture_sizes")),
    )
    op.create_table(
        "picture_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("svg", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_picture_templates_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_templates")),
    )
    op.create_index(
        "uq_picture_templates_name_version", "picture_templates", ["name", "version"], unique=True
    )


def _channels() -> None:
    op.add_column(
        "notices", sa.Column("mail_only", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column(
        "inbox_entries", sa.Column("rated", sa.Boolean(), server_default="false", nullable=False)
    )
    op.create_table(
        "notice_ratings",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("ease", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("ease BETWEEN 1 AND 7", name=op.f("ck_notice_ratings_ease")),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_notice_ratings_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", "ease", name=op.f("pk_notice_ratings")),
    )
    op.create_table(
        "line_testers",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_line_testers")),
    )
    op.create_table(
        "friendship_rounds",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_friendship_rounds")),
    )
