"""Which days are worked: weekends, public holidays and the working weekends that make up for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Holiday:
    """One row of a city's ``holidays.csv``.

    ``kind`` is ``holiday`` (a day off) or ``workday`` (a weekend day that is worked, 调休).
    """

    date: date
    kind: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """The official calendar as far as it has been published.

    Days of a year whose notice is not out yet follow the plain week (Monday to Friday) and are
    reported as unpublished, so that a deadline that crosses them can be marked provisional.
    """

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    @classmethod
    def from_rows(cls, rows: Iterable[Holiday]) -> HolidayCalendar:
        """Build the calendar from validated rows.

        :raises ValueError: a date is listed both as a holiday and as a workday, or a kind is unknown.
        """
        off: set[date] = set()
        on: set[date] = set()
        for row in rows:
            if row.kind not in {"holiday", "workday"}:
                raise ValueError(f"{row.date}: kind must be holiday or workday, not {row.kind!r}")
            (off if row.kind == "holiday" else on).add(row.date)
        if both := off & on:
            raise ValueError(f"{min(both)} is listed both as holiday and as workday; keep one")
        return cls(frozenset(off), frozenset(on))

    def is_workday(self, day: date) -> bool:
        """True when offices are open on ``day`` (调休 included)."""
        if day in self.workdays:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def is_published(self, day: date) -> bool:
        """True when the State Council's notice for the year of ``day`` is in the table.

        A year counts as published when its National Day (1 October) is listed.
        """
        return date(day.year, 10, 1) in self.holidays

    def next_workday(self, day: date) -> date:
        """The first working day strictly after ``day``."""
        day += timedelta(days=1)
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days lie in ``(first, last]``; negative when ``last`` comes first."""
        if last < first:
            return -self.workdays_between(last, first)
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(self.is_workday(day) for day in days)
