"""Tables of the audit seals part, and the triggers that keep the log append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES = ("audit_entries", "audit_links", "audit_seals", "audit_cuts")

# Deleting is for rows that a signed cut covers, and a cut takes nothing younger than a year:
# whoever reaches the database with the application's role can not shorten that.
FUNCTIONS = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION audit_refuse_uncut_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM audit_links l
    WHERE l.entry_id = OLD.id AND l.position <= (SELECT max(position) FROM audit_cuts)
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION audit_refuse_uncut_position() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.position <= (SELECT max(position) FROM audit_cuts) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION audit_refuse_young_cut() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM audit_links l JOIN audit_entries e ON e.id = l.entry_id
    WHERE l.position <= NEW.position AND e.at > now() - interval '1 year'
  ) THEN
    RAISE EXCEPTION 'the cut would take entries younger than a year'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.create_table(
        "audit_links",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_links_entry_id")),
    )
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seals")),
    )
    op.create_table(
        "audit_cuts",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cut_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_cuts")),
    )
    # The staff page and the monthly export go by time; BRIN, for rows come in that order.
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"], postgresql_using="brin")
    op.execute(FUNCTIONS)
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_are_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
    for table, function in (
        ("audit_entries", "audit_refuse_uncut_entry"),
        ("audit_links", "audit_refuse_uncut_position"),
        ("audit_seals", "audit_refuse_uncut_position"),
        ("audit_cuts", "audit_refuse"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_are_kept BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    op.execute(
        "CREATE TRIGGER audit_cuts_take_the_old BEFORE INSERT ON audit_cuts "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse_young_cut()"
    )


def downgrade() -> None:
    for trigger in ("stay", "are_not_emptied", "are_kept"):
        op.execute(f"DROP TRIGGER audit_entries_{trigger} ON audit_entries")
    op.drop_index(op.f("ix_audit_entries_at"), table_name="audit_entries")
    for table in ("audit_cuts", "audit_seals", "audit_links"):
        op.drop_table(table)
    for function in (
        "audit_refuse",
        "audit_refuse_uncut_entry",
        "audit_refuse_uncut_position",
        "audit_refuse_young_cut",
    ):
        op.execute(f"DROP FUNCTION {function}()")
