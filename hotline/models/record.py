"""What is recorded about the hotline itself: decisions, switches and daily figures."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, LongText, Moment, RowId, Word


class LedgerEntry(Base):
    """One decision; ``digest`` covers ``content`` and the entry before, so nothing can be altered.

    ``content`` is canonical JSON and holds every other column again: the columns are for search.
    """

    __tablename__ = "ledger"

    seq: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    kind: Mapped[Word]
    actor: Mapped[Word]
    ticket: Mapped[Word | None]
    content: Mapped[LongText]
    previous: Mapped[Word]
    digest: Mapped[Word] = mapped_column(unique=True)

    __table_args__ = (
        Index("ix_ledger_ticket", "ticket"),
        Index("ix_ledger_kind_at", "kind", "at"),
    )


class Switch(Base):
    """An off-switch: an automatic function a person has turned off, and why."""

    __tablename__ = "switch"

    name: Mapped[Word] = mapped_column(primary_key=True)
    off: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[LongText]
    actor: Mapped[Word]
    at: Mapped[Moment]


class DailyRollup(Base):
    """Counts of one local day for one combination; an empty string stands for unknown."""

    __tablename__ = "daily_rollup"

    day: Mapped[Word] = mapped_column(primary_key=True)
    category: Mapped[Word] = mapped_column(primary_key=True)
    district: Mapped[Word] = mapped_column(primary_key=True)
    street: Mapped[Word] = mapped_column(primary_key=True)
    unit_code: Mapped[Word] = mapped_column(primary_key=True)
    channel: Mapped[Word] = mapped_column(primary_key=True)
    demo: Mapped[bool] = mapped_column(primary_key=True)
    received: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    due: Mapped[int] = mapped_column(default=0)
    on_time: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    voided: Mapped[int] = mapped_column(default=0)
    rated: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index("ix_daily_rollup_district_day", "district", "day"),
        Index("ix_daily_rollup_category_day", "category", "day"),
    )


class DailyMargin(Base):
    """Counts of one local day under one heading, so that a page reads a few rows a day.

    ``kind`` is all, category, unit, channel, dial (of the machine's suggestion) or sure (category
    of a suggestion the dial called sure); ``name`` which one. ``district`` "*" is the whole city.
    """

    __tablename__ = "daily_margin"

    kind: Mapped[Word] = mapped_column(primary_key=True)
    district: Mapped[Word] = mapped_column(primary_key=True)
    day: Mapped[Word] = mapped_column(primary_key=True)
    name: Mapped[Word] = mapped_column(primary_key=True)
    demo: Mapped[bool] = mapped_column(primary_key=True)
    received: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    due: Mapped[int] = mapped_column(default=0)
    on_time: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    voided: Mapped[int] = mapped_column(default=0)
    rated: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)
    landed: Mapped[int] = mapped_column(default=0)
    air_minutes: Mapped[int] = mapped_column(RowId, default=0)
    bounced: Mapped[int] = mapped_column(default=0)
    decided: Mapped[int] = mapped_column(default=0)
    right: Mapped[int] = mapped_column(default=0)


class DailySpread(Base):
    """How a day's tickets spread: ``hour`` of receipt (no unit), or ``handling`` hours of those
    closed; ``district`` "*" is the whole city."""

    __tablename__ = "daily_spread"

    day: Mapped[Word] = mapped_column(primary_key=True)
    kind: Mapped[Word] = mapped_column(primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    district: Mapped[Word] = mapped_column(primary_key=True)
    unit_code: Mapped[Word] = mapped_column(primary_key=True)
    demo: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_daily_spread_kind_district_day", "kind", "district", "day"),)
