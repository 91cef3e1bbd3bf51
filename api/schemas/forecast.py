"""The next days as managers see them."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.schemas.base import Shape


class ForecastDay(Shape):
    """A day to come."""

    day: date
    expected: float
    low: int
    high: int


class DayReceived(Shape):
    """A day gone by."""

    day: date
    received: int


class Forecast(Shape):
    """The next seven days; `coverage` is how often such ranges held lately."""

    days: list[ForecastDay]
    history: list[DayReceived] = Field(description="最近 28 天实际受理")
    promise: float = Field(description="区间应有的覆盖率")
    coverage: float | None = Field(description="最近四周回测的实际覆盖率；历史太短时为空")
    checked: int = Field(description="回测了多少个日预测")
    category: str
    district: str
    definition: str
