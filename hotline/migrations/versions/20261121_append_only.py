"""The ledger can only grow; a ticket's history keeps who did what when."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Texts of a ticket's history may be emptied by anonymisation; its facts may not change.
_FACTS = "ticket_id, at, step, actor, role, status, version"
_GUARDS = (
    ("ledger_keep", "ledger", "DELETE"),
    ("ledger_fix", "ledger", "UPDATE"),
    ("ticket_event_keep", "ticket_event", "DELETE"),
    ("ticket_event_fix", "ticket_event", f"UPDATE OF {_FACTS}"),
)


def upgrade() -> None:
    """Guard both tables with triggers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        for name, table, act in _GUARDS:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION append_only()"
            )
        return
    for name, table, act in _GUARDS:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    """Remove the guards."""
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, table, _ in _GUARDS:
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgres else f"DROP TRIGGER {name}")
    if postgres:
        op.execute("DROP FUNCTION append_only()")
