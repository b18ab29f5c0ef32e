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
        "person_removals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_person_removals_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_removals")),
    )
    op.create_index(op.f("ix_person_removals_at"), "person_removals", ["at"], unique=False)
    op.create_index(
        op.f("ix_person_removals_resident_id"), "person_removals", ["resident_id"], unique=False
    )
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
    op.create_table(
        "todo_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'postponed') = (until IS NOT NULL)",
            name=op.f("ck_todo_acts_later_has_its_day"),
        ),
        sa.CheckConstraint(
            "kind IN ('done','dismissed','postponed')", name=op.f("ck_todo_acts_kind")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_todo_acts_person_id_persons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_todo_acts")),
    )
    op.create_index(
        "uq_todo_acts_standing",
        "todo_acts",
        ["person_id", "service", "occurrence"],
        unique=True,
        postgresql_where="undone_at IS NULL",
    )


def downgrade() -> None:
    op.drop_index(
        "uq_todo_acts_standing", table_name="todo_acts", postgresql_where="undone_at IS NULL"
    )
    op.drop_table("todo_acts")
    op.drop_index("uq_persons_self", table_name="persons", postgresql_where="relation = 'self'")
    op.drop_index(op.f("ix_persons_resident_id"), table_name="persons")
    op.drop_index(op.f("ix_persons_birthdate_district"), table_name="persons")
    op.drop_table("persons")
    op.drop_index(op.f("ix_person_removals_resident_id"), table_name="person_removals")
    op.drop_index(op.f("ix_person_removals_at"), table_name="person_removals")
    op.drop_table("person_removals")
    op.drop_index(op.f("ix_residents_created_at"), table_name="residents")
    op.drop_table("residents")
