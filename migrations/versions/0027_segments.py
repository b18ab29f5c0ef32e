"""Saved segments and their versions; a notice says which one its own copy came from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_segments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_segments")),
    )
    op.create_index("uq_saved_segments_name", "saved_segments", ["name"], unique=True)
    op.create_table(
        "segment_versions",
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"],
            ["saved_segments.id"],
            name=op.f("fk_segment_versions_segment_id_saved_segments"),
        ),
        sa.PrimaryKeyConstraint("segment_id", "version", name=op.f("pk_segment_versions")),
    )
    op.create_index(
        "ix_persons_with_facts",
        "persons",
        ["resident_id"],
        postgresql_where=sa.text("facts <> '{}'"),
    )
    op.create_index(
        "ix_todo_acts_done",
        "todo_acts",
        ["service", "occurrence", "person_id"],
        postgresql_where=sa.text("kind = 'done' AND undone_at IS NULL"),
    )
    op.add_column("notices", sa.Column("segment_id", sa.Uuid(), nullable=True))
    op.add_column("notices", sa.Column("segment_version", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_segment_id_segment_version_segment_versions"),
        "notices",
        "segment_versions",
        ["segment_id", "segment_version"],
        ["segment_id", "version"],
    )


def downgrade() -> None:
    op.drop_constraint(
        op.f("fk_notices_segment_id_segment_version_segment_versions"),
        "notices",
        type_="foreignkey",
    )
    op.drop_column("notices", "segment_version")
    op.drop_column("notices", "segment_id")
    op.drop_index("ix_todo_acts_done", table_name="todo_acts")
    op.drop_index("ix_persons_with_facts", table_name="persons")
    op.drop_table("segment_versions")
    op.drop_index("uq_saved_segments_name", table_name="saved_segments")
    op.drop_table("saved_segments")
