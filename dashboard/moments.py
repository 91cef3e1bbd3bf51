"""Dates and amounts as people here write them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dashboard import texts

CITY = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"


def moment(when: dt.datetime | None, today: dt.date | None = None) -> str:
    """Return “11月21日 14:05”; another year is named, nothing is “—”."""
    if when is None:
        return "—"
    local = when.astimezone(CITY)
    year = "" if local.year == (today or now().date()).year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def clock(when: dt.datetime | None) -> str:
    """Return “14:05”."""
    return f"{when.astimezone(CITY):%H:%M}" if when else "—"


def day(when: dt.date) -> str:
    """Return “11月21日”."""
    return f"{when.month}月{when.day}日"


def span_of_days(first: dt.date, last: dt.date) -> str:
    """Return “10月23日—11月21日”."""
    return day(first) if first == last else f"{day(first)}—{day(last)}"


def ago(when: dt.datetime | None, present: dt.datetime | None = None) -> str:
    """Return how long something has lasted: “3 分钟”, “2 小时 5 分”, “4 天”."""
    if when is None:
        return "—"
    minutes = max(0, int(((present or now()) - when).total_seconds() // 60))
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    hours = minutes // 60
    if hours < 10 and minutes % 60:
        return f"{hours} 小时 {minutes % 60} 分"
    return f"{hours} 小时" if hours < 48 else f"{hours // 24} 天"


def until(when: dt.datetime, present: dt.datetime | None = None) -> str:
    """Return what is left, or by how much it is late: “剩 23 小时 5 分”, “超 2 天”."""
    present = present or now()
    if when >= present:
        return texts.LEFT.format(left=ago(present, when))
    return texts.LATE.format(left=ago(when, present))


def percent(share: float | None, digits: int = 0) -> str:
    """Return “97%” for 0.97; nothing is “—”."""
    return "—" if share is None else f"{share * 100:.{digits}f}%"


def count(number: int | float | None) -> str:
    """Return “12,345”; nothing is “—”."""
    return "—" if number is None else f"{number:,.0f}"


def now() -> dt.datetime:
    """Return the present moment in the city's time."""
    return dt.datetime.now(CITY)
