"""Whether a tool's DPoP proofs must carry a nonce of ours."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "provider_clients",
        sa.Column("dpop_nonce", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("provider_clients", "dpop_nonce", server_default=None)


def downgrade() -> None:
    op.drop_column("provider_clients", "dpop_nonce")
