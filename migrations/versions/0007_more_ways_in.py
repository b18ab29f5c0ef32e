"""More purposes of a sign-in flow, and the card as an identity."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PURPOSE, ISSUER = "ck_sign_in_flows_purpose", "ck_identities_issuer"
OLD = "'sign_in','step_up','email','line','app','staff'"
NEW = "'sign_in','step_up','email','line','app','passkey','card','merge','recovery','staff'"


def upgrade() -> None:
    _replace(NEW, "'line','email','card'")


def downgrade() -> None:
    op.execute(f"DELETE FROM sign_in_flows WHERE purpose NOT IN ({OLD})")  # noqa: S608
    op.execute("DELETE FROM identities WHERE issuer = 'card'")
    _replace(OLD, "'line','email'")


def _replace(purposes: str, issuers: str) -> None:
    op.drop_constraint(op.f(PURPOSE), "sign_in_flows", type_="check")
    op.create_check_constraint(op.f(PURPOSE), "sign_in_flows", f"purpose IN ({purposes})")
    op.drop_constraint(op.f(ISSUER), "identities", type_="check")
    op.create_check_constraint(op.f(ISSUER), "identities", f"issuer IN ({issuers})")
