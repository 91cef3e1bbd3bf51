"""Co-units, links between tickets, corrections of suggestions, versions of the city's files."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "desk_decisions"
down_revision = "daily_margin"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD = sa.String(length=120)
_OPEN = ("待派单", "已派单", "已签收", "办理中")


def upgrade() -> None:
    """Make the tables; co-units of open tickets are carried over."""
    op.create_table(
        "co_unit",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("unit_code", _WORD, nullable=False),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("actor", _WORD, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_co_unit_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "unit_code", name=op.f("pk_co_unit")),
    )
    op.create_index("ix_co_unit_unit_code_ticket_id", "co_unit", ["unit_code", "ticket_id"])
    op.create_table(
        "ticket_link",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("actor", _WORD, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_link_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["ticket.id"], name=op.f("fk_ticket_link_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_link")),
        sa.UniqueConstraint(
            "ticket_id", "other_id", name=op.f("uq_ticket_link_ticket_id_other_id")
        ),
    )
    op.create_index("ix_ticket_link_other_id", "ticket_link", ["other_id"])
    op.create_table(
        "correction",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", _WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("suggested_unit", _WORD, nullable=True),
        sa.Column("unit_code", _WORD, nullable=False),
        sa.Column("suggested_category", _WORD, nullable=True),
        sa.Column("category", _WORD, nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_correction_ticket_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_ticket_id", "correction", ["ticket_id"])
    op.create_index("ix_correction_at", "correction", ["at"])
    op.create_table(
        "city_version",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("file", _WORD, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", _WORD, nullable=False),
        sa.Column("actor", _WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_version")),
    )
    op.create_index("ix_city_version_file_id", "city_version", ["file", "id"])
    _carry_over()


def _carry_over() -> None:
    ticket = sa.table("ticket", sa.column("id"), sa.column("status"), sa.column("co_units"))
    co_unit = sa.table("co_unit", sa.column("ticket_id"), sa.column("unit_code"))
    found = op.get_bind().execute(
        sa.select(ticket.c.id, ticket.c.co_units).where(ticket.c.status.in_(_OPEN))
    )
    rows: list[dict[str, object]] = []
    for ticket_id, kept in found:
        units = json.loads(kept) if isinstance(kept, str) else kept or []
        codes = dict.fromkeys(unit["code"] for unit in units)
        rows.extend({"ticket_id": ticket_id, "unit_code": code} for code in codes)
    if rows:
        op.bulk_insert(co_unit, rows)


def downgrade() -> None:
    """Drop the tables."""
    for name in ("city_version", "correction", "ticket_link", "co_unit"):
        op.drop_table(name)
