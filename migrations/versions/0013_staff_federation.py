"""Tables of the staff_federation part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saml_answers",
        sa.Column("handle_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("relay_state", sa.Text(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("handle_hash", name=op.f("pk_saml_answers")),
    )
    op.create_index(
        op.f("ix_saml_answers_expires_at"), "saml_answers", ["expires_at"], unique=False
    )
    op.create_table(
        "saml_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("use IN ('idp','sp')", name=op.f("ck_saml_keys_use")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saml_keys")),
    )
    op.create_table(
        "saml_seen_assertions",
        sa.Column("assertion_hash", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("assertion_hash", name=op.f("pk_saml_seen_assertions")),
    )
    op.create_index(
        op.f("ix_saml_seen_assertions_until"), "saml_seen_assertions", ["until"], unique=False
    )
    op.create_table(
        "saml_services",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("acs_url", sa.Text(), nullable=False),
        sa.Column("name_id", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "name_id IN ('email','login_name')", name=op.f("ck_saml_services_name_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saml_services")),
    )
    op.create_index(
        "uq_saml_services_live_entity_id",
        "saml_services",
        ["entity_id"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "staff_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("table", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_imports")),
    )
    op.create_table(
        "staff_role_changes",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_accounts.id"],
            name=op.f("fk_staff_role_changes_staff_id_staff_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_role_changes")),
    )
    op.create_index(
        op.f("ix_staff_role_changes_from_day"), "staff_role_changes", ["from_day"], unique=False
    )
    op.add_column("staff_accounts", sa.Column("login_name", sa.LargeBinary(), nullable=True))
    op.add_column("staff_accounts", sa.Column("login_name_index", sa.LargeBinary(), nullable=True))
    op.alter_column(
        "staff_accounts", "totp_secret", existing_type=postgresql.BYTEA(), nullable=True
    )
    op.create_unique_constraint(
        op.f("uq_staff_accounts_login_name_index"), "staff_accounts", ["login_name_index"]
    )


def downgrade() -> None:
    # Clerks who have not set up an app yet get a secret that opens nothing.
    op.execute("UPDATE staff_accounts SET totp_secret = '' WHERE totp_secret IS NULL")
    op.drop_constraint(op.f("uq_staff_accounts_login_name_index"), "staff_accounts", type_="unique")
    op.alter_column(
        "staff_accounts", "totp_secret", existing_type=postgresql.BYTEA(), nullable=False
    )
    op.drop_column("staff_accounts", "login_name_index")
    op.drop_column("staff_accounts", "login_name")
    op.drop_index(op.f("ix_staff_role_changes_from_day"), table_name="staff_role_changes")
    op.drop_table("staff_role_changes")
    op.drop_table("staff_imports")
    op.drop_index(
        "uq_saml_services_live_entity_id",
        table_name="saml_services",
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.drop_table("saml_services")
    op.drop_index(op.f("ix_saml_seen_assertions_until"), table_name="saml_seen_assertions")
    op.drop_table("saml_seen_assertions")
    op.drop_table("saml_keys")
    op.drop_index(op.f("ix_saml_answers_expires_at"), table_name="saml_answers")
    op.drop_table("saml_answers")
