"""Tables of the catalogue_store part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_revisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "body", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approver", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_on", sa.Date(), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','proposed','approved','live','past','discarded')",
            name=op.f("ck_catalogue_revisions_state"),
        ),
        sa.CheckConstraint(
            "thing IN ('item','desk','district','service')",
            name=op.f("ck_catalogue_revisions_thing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_revisions")),
        sa.UniqueConstraint(
            "thing", "key", "number", name=op.f("uq_catalogue_revisions_thing_key_number")
        ),
    )
    op.create_index(
        "uq_catalogue_revisions_live",
        "catalogue_revisions",
        ["thing", "key"],
        unique=True,
        postgresql_where="state = 'live'",
    )
    op.create_index(
        "uq_catalogue_revisions_open",
        "catalogue_revisions",
        ["thing", "key"],
        unique=True,
        postgresql_where="state IN ('draft','proposed','approved')",
    )
    op.create_table(
        "catalogue_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_version")),
    )


def downgrade() -> None:
    op.drop_table("catalogue_version")
    op.drop_index(
        "uq_catalogue_revisions_open",
        table_name="catalogue_revisions",
        postgresql_where="state IN ('draft','proposed','approved')",
    )
    op.drop_index(
        "uq_catalogue_revisions_live",
        table_name="catalogue_revisions",
        postgresql_where="state = 'live'",
    )
    op.drop_table("catalogue_revisions")
