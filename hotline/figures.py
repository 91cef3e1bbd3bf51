"""The manager's figures as they leave the room; each is explained in ``city/indicators.yml``."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

Figures = dict[str, float | None]


class Period(BaseModel):
    """First and last day, both included."""

    from_: date = Field(serialization_alias="from", validation_alias="from")
    to: date


class DayCount(BaseModel):
    """A day's receipts and closures."""

    date: date
    received: int
    closed: int


class UnitFigures(BaseModel):
    """How a unit did: every indicator, and the on-time rate of the period before."""

    unit: str
    code: str
    figures: Figures
    before: Figures


class Overview(BaseModel):
    """A period's figures and those of as many days before, by day and by heading."""

    period: Period
    totals: Figures
    compare: Figures
    by_day: list[DayCount]
    by_category: list[dict[str, Any]]
    by_district: list[dict[str, Any]]
    by_channel: list[dict[str, Any]]
    by_weekday_hour: list[dict[str, int]]
    demo: bool
