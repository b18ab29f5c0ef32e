"""LINE may be off for who was never a friend of the account."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REASON = op.f("ck_channel_stops_reason")


def upgrade() -> None:
    op.drop_constraint(REASON, "channel_stops", type_="check")
    op.create_check_constraint(
        REASON, "channel_stops", "reason IN ('blocked','bounced','not_friend')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM channel_stops WHERE reason = 'not_friend'")
    op.drop_constraint(REASON, "channel_stops", type_="check")
    op.create_check_constraint(REASON, "channel_stops", "reason IN ('blocked','bounced')")
