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
    _hand_overs()


def downgrade() -> None:
    op.drop_table("hand_over_tokens")
    op.drop_table("hand_over_events")
    op.drop_table("hand_over_rows")
    op.drop_table("hand_over_consents")
    op.drop_table("hand_overs")
    op.execute("DROP SEQUENCE hand_over_steps")
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
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_pictures")),
    )
    op.create_index(
        "ix_notice_pictures_unused",
        "notice_pictures",
        ["at"],
        postgresql_where=sa.text("NOT used"),
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
        sa.Column("line_id", sa.LargeBinary(), nullable=True),
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


def _hand_overs() -> None:
    op.execute("CREATE SEQUENCE hand_over_steps")
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("file_step", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("address IN ('line','email')", name=op.f("ck_hand_overs_address")),
        sa.CheckConstraint("format IN ('csv','json')", name=op.f("ck_hand_overs_format")),
        sa.CheckConstraint(
            "encoding IN ('utf-8','utf-8-sig','cp932')", name=op.f("ck_hand_overs_encoding")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["provider_clients.id"],
            name=op.f("fk_hand_overs_client_id_provider_clients"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_overs")),
    )
    op.create_index(op.f("ix_hand_overs_client_id"), "hand_overs", ["client_id"])
    op.create_table(
        "hand_over_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("hand_over_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_hand_over_consents_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hand_over_id"],
            ["hand_overs.id"],
            name=op.f("fk_hand_over_consents_hand_over_id_hand_overs"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_consents")),
    )
    op.create_index(
        "uq_hand_over_consents_live",
        "hand_over_consents",
        ["resident_id", "hand_over_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("ix_hand_over_consents_hand_over_id"), "hand_over_consents", ["hand_over_id"]
    )
    _given()


def _given() -> None:
    op.create_table(
        "hand_over_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hand_over_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("first_given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hand_over_id"],
            ["hand_overs.id"],
            name=op.f("fk_hand_over_rows_hand_over_id_hand_overs"),
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_hand_over_rows_resident_id_residents"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_rows")),
    )
    op.create_index(
        "uq_hand_over_rows_resident",
        "hand_over_rows",
        ["hand_over_id", "resident_id"],
        unique=True,
        postgresql_where=sa.text("resident_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_hand_over_rows_resident_id"), "hand_over_rows", ["resident_id"])
    op.create_index(
        "uq_hand_over_rows_step", "hand_over_rows", ["hand_over_id", "step"], unique=True
    )
    op.create_table(
        "hand_over_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hand_over_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("way IN ('file','api')", name=op.f("ck_hand_over_events_way")),
        sa.ForeignKeyConstraint(
            ["hand_over_id"],
            ["hand_overs.id"],
            name=op.f("fk_hand_over_events_hand_over_id_hand_overs"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_events")),
    )
    op.create_index(
        op.f("ix_hand_over_events_hand_over_id_at"), "hand_over_events", ["hand_over_id", "at"]
    )
    op.create_table(
        "hand_over_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["provider_clients.id"],
            name=op.f("fk_hand_over_tokens_client_id_provider_clients"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_hand_over_tokens")),
    )
