"""A stretch of whole local days that figures are about, and the one to compare it with."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK, MONTH = "week", "month"
PERIODS = {WEEK: "周", MONTH: "月"}


@dataclass(frozen=True)
class Span:
    """Days `first` to `last` (both included) in `zone`; `district` None is the whole city."""

    first: date
    last: date
    zone: ZoneInfo
    district: str | None = None

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The first moment, in UTC."""
        return datetime.combine(self.first, time.min, self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment after, in UTC."""
        after = self.last + timedelta(days=1)
        return datetime.combine(after, time.min, self.zone).astimezone(UTC)

    def before(self) -> Span:
        """The stretch to compare with: the month before a whole month, else as many days before."""
        last = self.first - timedelta(days=1)
        first = last.replace(day=1) if self._whole_month else last - timedelta(days=self.days - 1)
        return Span(first, last, self.zone, self.district)

    @property
    def _whole_month(self) -> bool:
        return self.first.day == 1 and self.last == _month_end(self.first)

    def text(self) -> str:
        """“3月2日至3月8日”, with the year where the two differ."""
        other_year = f"{self.last.year}年" if self.last.year != self.first.year else ""
        return (
            f"{self.first.year}年{self.first.month}月{self.first.day}日至"
            f"{other_year}{self.last.month}月{self.last.day}日"
        )


def span_of(period: str, until: date, zone: ZoneInfo, district: str | None = None) -> Span:
    """The seven days up to `until`, or the calendar month of `until` up to that day.

    Raises ValueError for another period.
    """
    if period == WEEK:
        return Span(until - timedelta(days=6), until, zone, district)
    if period == MONTH:
        return Span(until.replace(day=1), until, zone, district)
    raise ValueError(f"period is week or month, got {period!r}")


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
