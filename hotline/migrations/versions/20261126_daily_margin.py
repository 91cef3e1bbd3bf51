"""Daily figures by heading, and indexes for what is open, in the air, and drilled down to.

Figures that older roll-ups do not hold (landed, decided, right ...) start from here; to have them
for the past too, run ``python -m hotline rollups rebuild``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "daily_margin"
down_revision = "0002"
branch_labels = None
depends_on = None

_OLD = (
    "received", "closed", "due", "on_time", "returned", "reopened", "voided", "rated", "satisfied",
)  # fmt: skip
_HEADINGS = (("all", "''"), ("category", "category"), ("unit", "unit_code"), ("channel", "channel"))
_OPEN = sa.text("closed_at IS NULL AND voided_at IS NULL")
_IN_AIR = sa.text("closed_at IS NULL AND voided_at IS NULL AND signed_at IS NULL")
_INDEXES = (
    ("ix_ticket_district_received_at", "ticket", ["district", "received_at"], None),
    ("ix_ticket_unit_code_received_at", "ticket", ["unit_code", "received_at"], None),
    ("ix_ticket_open", "ticket", ["district", "unit_code", "category", "due_at"], _OPEN),
    ("ix_ticket_in_air", "ticket", ["district", "received_at", "bounces", "unit_code"], _IN_AIR),
    ("ix_unit_return_at", "unit_return", ["at"], None),
    ("ix_daily_rollup_category_day", "daily_rollup", ["category", "day"], None),
    ("ix_daily_spread_kind_district_day", "daily_spread", ["kind", "district", "day"], None),
)


def upgrade() -> None:
    """Make the table, fill it from the finer one, add the city to the spreads, make the indexes."""
    op.create_table(
        "daily_margin",
        *(
            sa.Column(name, sa.String(length=120), nullable=False)
            for name in ("kind", "district", "day", "name")
        ),
        sa.Column("demo", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*_OLD, "landed")),
        sa.Column(
            "air_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("bounced", "decided", "right")
        ),
        sa.PrimaryKeyConstraint(
            "kind", "district", "day", "name", "demo", name=op.f("pk_daily_margin")
        ),
    )
    names, sums = ", ".join(_OLD), ", ".join(f"sum({name})" for name in _OLD)
    for kind, column in _HEADINGS:
        for place in ("district", "'*'"):
            op.execute(
                f"INSERT INTO daily_margin (kind, district, day, name, demo, {names}, landed,"  # noqa: S608
                ' air_minutes, bounced, decided, "right")'
                f" SELECT '{kind}', {place}, day, {column}, demo, {sums}, 0, 0, 0, 0, 0"
                " FROM daily_rollup GROUP BY 2, 3, 4, 5"
            )
    _spread_by_place()
    for name, table, columns, where in _INDEXES:
        op.create_index(
            name, table, columns, unique=False, sqlite_where=where, postgresql_where=where
        )


def _spread_by_place() -> None:
    """Hours of receipt lose their unit; both spreads gain the whole city."""
    op.execute(
        "CREATE TEMPORARY TABLE spread_before AS SELECT day, kind, bucket, district,"
        " CASE WHEN kind = 'hour' THEN '' ELSE unit_code END AS unit, demo, count FROM daily_spread"
    )
    op.execute("DELETE FROM daily_spread")
    for place in ("district", "'*'"):
        op.execute(
            "INSERT INTO daily_spread (day, kind, bucket, district, unit_code, demo, count)"  # noqa: S608
            f" SELECT day, kind, bucket, {place}, unit, demo, sum(count) FROM spread_before"
            " GROUP BY 1, 2, 3, 4, 5, 6"
        )
    op.execute("DROP TABLE spread_before")


def downgrade() -> None:
    """Remove them; the spreads keep the finer rows only."""
    for name, table, _, _ in reversed(_INDEXES):
        op.drop_index(name, table_name=table)
    op.execute("DELETE FROM daily_spread WHERE district = '*'")
    op.drop_table("daily_margin")
