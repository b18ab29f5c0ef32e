"""Tables of the search_favourites part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_documents",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.REAL(), nullable=False),
        sa.Column("updated", sa.Date(), nullable=True),
        sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("faces", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sounds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("strengths", postgresql.ARRAY(sa.REAL()), nullable=False),
        sa.Column("head", postgresql.TSVECTOR(), nullable=False),
        sa.Column("body", postgresql.TSVECTOR(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_search_documents")),
    )
    op.create_index(
        "ix_search_documents_body",
        "search_documents",
        ["body"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index(
        "ix_search_documents_head",
        "search_documents",
        ["head"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index(
        op.f("ix_search_documents_source"), "search_documents", ["source"], unique=False
    )
    # Heads are compared by the thousand: fetched from beside the table they would cost ten times.
    op.execute("ALTER TABLE search_documents ALTER COLUMN head SET STORAGE MAIN")
    op.create_table(
        "search_grams",
        sa.Column("gram", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("gram", name=op.f("pk_search_grams")),
    )
    op.create_table(
        "search_misses",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_search_misses_times")),
        sa.PrimaryKeyConstraint("day", "words", "language", name=op.f("pk_search_misses")),
    )
    op.create_table(
        "search_sources",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_sources")),
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("sound", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", "reading", name=op.f("pk_search_words")),
    )
    op.create_index(op.f("ix_search_words_sound"), "search_words", ["sound"], unique=False)
    op.create_table(
        "favourites",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_favourites_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", "kind", "key", name=op.f("pk_favourites")),
    )


def downgrade() -> None:
    op.drop_table("favourites")
    op.drop_index(op.f("ix_search_words_sound"), table_name="search_words")
    op.drop_table("search_words")
    op.drop_table("search_sources")
    op.drop_table("search_misses")
    op.drop_table("search_grams")
    op.drop_index(op.f("ix_search_documents_source"), table_name="search_documents")
    op.drop_index(
        "ix_search_documents_head",
        table_name="search_documents",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_index(
        "ix_search_documents_body",
        table_name="search_documents",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_table("search_documents")
