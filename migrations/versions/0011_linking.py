"""Tables of the linking part."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in_flows", sa.Column("line_name", sa.LargeBinary(), nullable=True))
    op.add_column("sign_in_flows", sa.Column("for_account", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("sign_in_flows", "for_account")
    op.drop_column("sign_in_flows", "line_name")
