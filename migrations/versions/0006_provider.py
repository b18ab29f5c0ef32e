"""Tables of the provider part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("redirect_uris", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("post_logout_uris", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("backchannel_logout_uri", sa.Text(), nullable=True),
        sa.Column("auth_method", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("jwks", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("id_token_alg", sa.Text(), nullable=False),
        sa.Column("par", sa.Boolean(), nullable=False),
        sa.Column("dpop", sa.Boolean(), nullable=False),
        sa.Column("no_pkce_reason", sa.Text(), nullable=True),
        sa.Column("may_introspect", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "auth_method IN ('private_key_jwt','client_secret_basic','client_secret_post','none')",
            name=op.f("ck_provider_clients_auth_method"),
        ),
        sa.CheckConstraint(
            "id_token_alg IN ('ES256','RS256')", name=op.f("ck_provider_clients_id_token_alg")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_clients")),
    )
    op.create_table(
        "provider_keys",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("alg", sa.Text(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("public", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_provider_keys")),
    )
    op.create_table(
        "provider_used_proofs",
        sa.Column("proof_hash", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("proof_hash", name=op.f("pk_provider_used_proofs")),
    )
    op.create_index(
        op.f("ix_provider_used_proofs_until"), "provider_used_proofs", ["until"], unique=False
    )
    op.create_table(
        "provider_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["provider_clients.id"],
            name=op.f("fk_provider_consents_client_id_provider_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_provider_consents_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_consents")),
    )
    op.create_index(
        "uq_provider_consents_live",
        "provider_consents",
        ["resident_id", "client_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "provider_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("challenge", sa.Text(), nullable=True),
        sa.Column("jkt", sa.Text(), nullable=True),
        sa.Column("acr", sa.Text(), nullable=False),
        sa.Column("amr", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["provider_clients.id"],
            name=op.f("fk_provider_grants_client_id_provider_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_provider_grants_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_grants")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_provider_grants_code_hash")),
    )
    op.create_index(
        op.f("ix_provider_grants_expires_at"), "provider_grants", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_provider_grants_resident_id_client_id"),
        "provider_grants",
        ["resident_id", "client_id"],
        unique=False,
    )
    op.create_index(op.f("ix_provider_grants_sid"), "provider_grants", ["sid"], unique=False)
    op.create_table(
        "provider_logout_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["provider_clients.id"],
            name=op.f("fk_provider_logout_notices_client_id_provider_clients"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_logout_notices")),
    )
    op.create_index(
        "ix_provider_logout_notices_due",
        "provider_logout_notices",
        ["try_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.create_table(
        "provider_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handle_hash", sa.LargeBinary(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stronger_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["provider_clients.id"],
            name=op.f("fk_provider_requests_client_id_provider_clients"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_requests")),
        sa.UniqueConstraint("handle_hash", name=op.f("uq_provider_requests_handle_hash")),
    )
    op.create_index(
        op.f("ix_provider_requests_expires_at"), "provider_requests", ["expires_at"], unique=False
    )
    op.create_table(
        "provider_subjects",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_provider_subjects_resident_id_residents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sector", "resident_id", name=op.f("pk_provider_subjects")),
        sa.UniqueConstraint("sector", "subject", name=op.f("uq_provider_subjects_sector_subject")),
    )
    op.create_table(
        "provider_releases",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["provider_grants.id"],
            name=op.f("fk_provider_releases_grant_id_provider_grants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("grant_id", "fields", name=op.f("pk_provider_releases")),
    )
    op.create_table(
        "provider_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("jkt", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('access','refresh')", name=op.f("ck_provider_tokens_kind")),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["provider_grants.id"],
            name=op.f("fk_provider_tokens_grant_id_provider_grants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_provider_tokens")),
    )
    op.create_index(
        op.f("ix_provider_tokens_expires_at"), "provider_tokens", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_provider_tokens_grant_id"), "provider_tokens", ["grant_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_provider_tokens_grant_id"), table_name="provider_tokens")
    op.drop_index(op.f("ix_provider_tokens_expires_at"), table_name="provider_tokens")
    op.drop_table("provider_tokens")
    op.drop_table("provider_releases")
    op.drop_table("provider_subjects")
    op.drop_index(op.f("ix_provider_requests_expires_at"), table_name="provider_requests")
    op.drop_table("provider_requests")
    op.drop_index(
        "ix_provider_logout_notices_due",
        table_name="provider_logout_notices",
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.drop_table("provider_logout_notices")
    op.drop_index(op.f("ix_provider_grants_sid"), table_name="provider_grants")
    op.drop_index(op.f("ix_provider_grants_resident_id_client_id"), table_name="provider_grants")
    op.drop_index(op.f("ix_provider_grants_expires_at"), table_name="provider_grants")
    op.drop_table("provider_grants")
    op.drop_index(
        "uq_provider_consents_live",
        table_name="provider_consents",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("provider_consents")
    op.drop_index(op.f("ix_provider_used_proofs_until"), table_name="provider_used_proofs")
    op.drop_table("provider_used_proofs")
    op.drop_table("provider_keys")
    op.drop_table("provider_clients")
