"""The manager's figures by name and definition (口径)."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

DEFINITIONS = {
    "received": "期内受理的工单数，按受理日计；含重办产生的新工单。",
    "closed": "期内办结的工单数，按办结日计。",
    "open": "期末尚未办结、未作废的工单数。",
    "overdue": "期内到期（不含期末当天）而到期时仍未办结的工单数，按到期日计。",
    "returned": "期内退单次数，按退单日计。",
    "reopened": "期内重办的工单数，按重办受理日计。",
    "satisfaction": "期内评价中 4 分和 5 分所占的比例，按评价日计；没有评价时为空。",
    "on_time_rate": "期内到期（不含期末当天）的工单中到期前办结的比例，按到期日计；没有到期时为空。",
    "median_hours": "期内办结工单从受理到办结的自然小时中位数；48 小时内按小时、以上按半天分档估算。",
}


class Period(BaseModel):
    """First and last day, both included."""

    from_: date = Field(serialization_alias="from", validation_alias="from")
    to: date


class Totals(BaseModel):
    """The key figures of a period; see ``DEFINITIONS``."""

    received: int
    closed: int
    open: int
    overdue: int
    returned: int
    reopened: int
    satisfaction: float | None


class DayCount(BaseModel):
    """A day's receipts and closures."""

    date: date
    received: int
    closed: int


class UnitFigures(BaseModel):
    """How a unit did."""

    unit: str
    code: str
    received: int
    closed: int
    on_time_rate: float | None
    returned: int
    median_hours: float | None


class Overview(BaseModel):
    """The contract's overview."""

    period: Period
    totals: Totals
    compare: Totals
    by_day: list[DayCount]
    by_category: list[dict[str, Any]]
    by_district: list[dict[str, Any]]
    by_unit: list[UnitFigures]
    by_channel: list[dict[str, Any]]
    by_hour: list[dict[str, int]]
    by_weekday_hour: list[dict[str, int]]
    definitions: dict[str, str]
    demo: bool
