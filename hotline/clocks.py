"""Working-time arithmetic: when a step is due, and how to say how much time is left.

Periods in working days leave out the day they start on (《民法典》第二百零一条: 开始的当日不计入，
自下一日开始计算) and end at the close of business of their last day. Times are aware; those
returned are in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hotline.calendar import HolidayCalendar

PROVISIONAL_NOTE = "（节假日安排公布后可能调整）"


class LimitUnit(StrEnum):
    """What a limit is counted in."""

    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKDAYS = "workdays"


_UNIT_TEXT = {
    LimitUnit.HOURS: "小时",
    LimitUnit.WORKING_HOURS: "个工作小时",
    LimitUnit.WORKDAYS: "个工作日",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time: ``Limit(7, LimitUnit.WORKDAYS)``."""

    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"a limit must be at least 1, not {self.amount}")

    @property
    def text(self) -> str:
        """The limit in Chinese, e.g. ``7 个工作日``."""
        return f"{self.amount} {_UNIT_TEXT[self.unit]}"


@dataclass(frozen=True, slots=True)
class ClockRules:
    """The rules of a city's ``clocks.yml``.

    ``sessions`` are the working hours of a day, in order and apart. ``limits`` has the kinds
    ``dispatch``, ``sign``, ``return`` and one ``close/<诉求性质>`` for every appeal type.
    ``extension_workdays`` is the longest extension a unit can be given, ``bounces_to_review`` the
    number of returns after which the desk decides finally (终审).
    """

    sessions: tuple[tuple[time, time], ...]
    limits: Mapping[str, Limit]
    extension_workdays: int = 15
    bounces_to_review: int = 2
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))

    def __post_init__(self) -> None:
        edges = [edge for session in self.sessions for edge in session]
        if not edges or sorted(set(edges)) != edges:
            raise ValueError("working hours must be given in order and must not overlap")


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due: ``at`` in UTC, and whether the calendar up to then is published."""

    at: datetime
    provisional: bool
    text: str


class UnknownClock(KeyError):  # noqa: N818
    """The city's ``clocks.yml`` has no limit of this kind."""

    def __str__(self) -> str:
        return f"clocks.yml 没有“{self.args[0]}”这一时限，请在 limits 下补上"


@dataclass(frozen=True, slots=True)
class Clocks:
    """Rules and calendar together; every deadline comes from here."""

    rules: ClockRules
    calendar: HolidayCalendar

    @property
    def opens(self) -> time:
        """When the working day begins."""
        return self.rules.sessions[0][0]

    @property
    def closes(self) -> time:
        """When the working day ends."""
        return self.rules.sessions[-1][1]

    def local(self, moment: datetime) -> datetime:
        """``moment`` on the city's wall clock.

        :raises ValueError: the moment carries no time zone.
        """
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
        return moment.astimezone(self.rules.timezone)

    def local_day(self, moment: datetime) -> date:
        """The city's calendar day of ``moment``."""
        return self.local(moment).date()

    def limit(self, kind: str) -> Limit:
        """The limit of one kind.

        :raises UnknownClock: the city has none of that name.
        """
        if kind not in self.rules.limits:
            raise UnknownClock(kind)
        return self.rules.limits[kind]

    def add_workdays(self, start: datetime, days: int) -> datetime:
        """Close of business on the ``days``-th working day after the day of ``start``."""
        day = self.local_day(start)
        for _ in range(days):
            day = self.calendar.next_workday(day)
        return self._at(day, self.closes)

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """The moment when ``hours`` of working time have passed since ``start``."""
        left = timedelta(hours=hours)
        moment = self.local(start)
        day, now = moment.date(), moment.timetz().replace(tzinfo=None)
        if not self.calendar.is_workday(day):
            day, now = self.calendar.next_workday(day), time.min
        while True:
            for opens, closes in self.rules.sessions:
                begin = max(opens, now)
                room = datetime.combine(day, closes) - datetime.combine(day, begin)
                if room <= timedelta(0):
                    continue
                if left <= room:
                    return self._at(day, begin) + left
                left -= room
            day, now = self.calendar.next_workday(day), time.min

    def add(self, start: datetime, limit: Limit) -> datetime:
        """``start`` plus a limit, in UTC."""
        if limit.unit is LimitUnit.WORKDAYS:
            return self.add_workdays(start, limit.amount)
        if limit.unit is LimitUnit.WORKING_HOURS:
            return self.add_working_hours(start, limit.amount)
        return self.local(start).astimezone(UTC) + timedelta(hours=limit.amount)

    def deadline(self, kind: str, start: datetime) -> Deadline:
        """When a step of ``kind`` that began at ``start`` is due.

        Beyond the published calendar the deadline is provisional, never an error.

        :raises UnknownClock: the city has no such limit.
        """
        limit = self.limit(kind)
        at = self.add(start, limit)
        provisional = self.is_provisional(start, at)
        text = f"{limit.text}，{self.day_text(at, start)} {self.local(at):%H:%M} 前"
        return Deadline(at, provisional, text + (PROVISIONAL_NOTE if provisional else ""))

    def is_provisional(self, start: datetime, at: datetime) -> bool:
        """True when the days from ``start`` to ``at`` are not all in published years."""
        first, last = self.local_day(start), self.local_day(at)
        return not (self.calendar.is_published(first) and self.calendar.is_published(last))

    def day_text(self, at: datetime, now: datetime) -> str:
        """A day as people write it; the year only when it is not this year's."""
        day = self.local_day(at)
        text = f"{day.month}月{day.day}日"
        return text if day.year == self.local_day(now).year else f"{day.year}年{text}"

    def remaining(self, at: datetime, now: datetime, *, provisional: bool = False) -> str:
        """How much time is left, as one short Chinese phrase.

        “还有 3 个工作日，11月26日 18:00 前”, “今天 18:00 前”, “已超期 2 个工作日”.
        """
        today, due = self.local_day(now), self.local_day(at)
        note = PROVISIONAL_NOTE if provisional else ""
        if now > at:
            days = self.calendar.workdays_between(due, today)
            if days:
                return f"已超期 {days} 个工作日"
            hours = int((now - at).total_seconds() // 3600)
            return f"已超期 {hours} 小时" if hours else "已超期不足 1 小时"
        clock = f"{self.local(at):%H:%M} 前"
        if due == today:
            return f"今天 {clock}{note}"
        days = self.calendar.workdays_between(today, due)
        left = f"还有 {days} 个工作日，" if days else ""
        return f"{left}{self.day_text(at, now)} {clock}{note}"

    def _at(self, day: date, clock: time) -> datetime:
        local = datetime.combine(day, clock, tzinfo=self.rules.timezone)
        return local.astimezone(UTC)
