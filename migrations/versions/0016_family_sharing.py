"""Tables of the family_sharing part."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sharing_ends",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("why IN ('ended','handed-over')", name=op.f("ck_sharing_ends_why")),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_sharing_ends_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_ends")),
    )
    op.create_index(op.f("ix_sharing_ends_at"), "sharing_ends", ["at"], unique=False)
    op.create_index(
        op.f("ix_sharing_ends_resident_id"), "sharing_ends", ["resident_id"], unique=False
    )
    op.create_table(
        "card_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_card_changes_person_id_persons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_changes")),
    )
    op.create_index(op.f("ix_card_changes_at"), "card_changes", ["at"], unique=False)
    op.create_index(op.f("ix_card_changes_person_id"), "card_changes", ["person_id"], unique=False)
    op.create_table(
        "card_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('co-parent','hand-over')", name=op.f("ck_card_invitations_kind")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"],
            ["residents.id"],
            name=op.f("fk_card_invitations_invited_by_residents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_card_invitations_person_id_persons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_card_invitations_token_hash")),
    )
    op.create_index(
        op.f("ix_card_invitations_invited_by"), "card_invitations", ["invited_by"], unique=False
    )
    op.create_index(
        op.f("ix_card_invitations_person_id"), "card_invitations", ["person_id"], unique=False
    )
    op.create_index(op.f("ix_card_invitations_until"), "card_invitations", ["until"], unique=False)
    op.create_table(
        "card_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("owner_name", sa.LargeBinary(), nullable=False),
        sa.Column("silenced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('co-parent','viewer')", name=op.f("ck_card_shares_role")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_card_shares_person_id_persons"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_card_shares_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_shares")),
        sa.UniqueConstraint(
            "person_id", "resident_id", name=op.f("uq_card_shares_person_id_resident_id")
        ),
    )
    op.create_index(
        op.f("ix_card_shares_resident_id"), "card_shares", ["resident_id"], unique=False
    )
    op.drop_index(
        op.f("uq_todo_acts_standing"),
        table_name="todo_acts",
        postgresql_where="(undone_at IS NULL)",
    )
    op.create_index(
        "uq_todo_acts_standing",
        "todo_acts",
        ["person_id", "service", "occurrence", "by"],
        unique=True,
        postgresql_where="undone_at IS NULL",
    )


def downgrade() -> None:
    op.drop_index(
        "uq_todo_acts_standing", table_name="todo_acts", postgresql_where="undone_at IS NULL"
    )
    op.create_index(
        op.f("uq_todo_acts_standing"),
        "todo_acts",
        ["person_id", "service", "occurrence"],
        unique=True,
        postgresql_where="(undone_at IS NULL)",
    )
    op.drop_index(op.f("ix_card_shares_resident_id"), table_name="card_shares")
    op.drop_table("card_shares")
    op.drop_index(op.f("ix_card_invitations_until"), table_name="card_invitations")
    op.drop_index(op.f("ix_card_invitations_person_id"), table_name="card_invitations")
    op.drop_index(op.f("ix_card_invitations_invited_by"), table_name="card_invitations")
    op.drop_table("card_invitations")
    op.drop_index(op.f("ix_card_changes_person_id"), table_name="card_changes")
    op.drop_index(op.f("ix_card_changes_at"), table_name="card_changes")
    op.drop_table("card_changes")
    op.drop_index(op.f("ix_sharing_ends_resident_id"), table_name="sharing_ends")
    op.drop_index(op.f("ix_sharing_ends_at"), table_name="sharing_ends")
    op.drop_table("sharing_ends")
