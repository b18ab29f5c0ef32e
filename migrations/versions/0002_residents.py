"""Tables of the residents part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "residents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
    )
    op.create_index(op.f("ix_residents_created_at"), "residents", ["created_at"], unique=False)
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("nickname", sa.LargeBinary(), nullable=True),
        sa.Column("birthdate", sa.Date(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("district", sa.Text(), nullable=True),
        sa.Column("interests", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("silenced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(relation = 'expected') = (expected_on IS NOT NULL)",
            name=op.f("ck_persons_expected_has_its_date"),
        ),
        sa.CheckConstraint(
            "relation IN ('self','spouse','child','parent','other','expected')",
            name=op.f("ck_persons_relation"),
        ),
        sa.CheckConstraint("sex IN ('F','M')", name=op.f("ck_persons_sex")),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_persons_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_index(
        op.f("ix_persons_birthdate_district"), "persons", ["birthdate", "district"], unique=False
    )
    op.create_index(op.f("ix_persons_resident_id"), "persons", ["resident_id"], unique=False)
    op.create_index(
        "uq_persons_self",
        "persons",
        ["resident_id"],
        unique=True,
        postgresql_where="relation = 'self'",
    )


def downgrade() -> None:
    op.drop_index("uq_persons_self", table_name="persons", postgresql_where="relation = 'self'")
    op.drop_index(op.f("ix_persons_resident_id"), table_name="persons")
    op.drop_index(op.f("ix_persons_birthdate_district"), table_name="persons")
    op.drop_table("persons")
    op.drop_index(op.f("ix_residents_created_at"), table_name="residents")
    op.drop_table("residents")
