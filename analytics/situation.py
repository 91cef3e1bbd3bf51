"""Today so far against what is usual by this hour on such a day.

Usual is taken from the last eight days of the same kind (Monday … Sunday, public holiday; a worked
weekend counts as a Friday): their receipts up to the same time of day, mean and 10 % to 90 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from analytics.series import day_kind
from hotline import tallies
from hotline.overview import UNKNOWN
from hotline.rollups import CATEGORY, CHANNEL
from hotline.store import clocks_of
from hotline.tallies import DISTRICT, Place, Span

LIKE_DAYS, LOOK_BACK = 8, 120


@dataclass(frozen=True)
class Usual:
    """What is usual: mean, and the range eight of ten such days lay in. None where no such day."""

    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class HourSoFar:
    """Receipts up to the end of an hour (of the present one: so far); None for hours to come."""

    hour: int
    today: int | None
    usual: Usual


@dataclass(frozen=True)
class Heading:
    """A category, district or channel today, and what is usual by now."""

    name: str
    today: int
    usual: float | None


@dataclass(frozen=True)
class Situation:
    """Today so far; ``like`` are the days it is compared with."""

    day: date
    until: datetime
    like: list[date]
    today: int
    usual: Usual
    hours: list[HourSoFar]
    headings: Mapping[str, list[Heading]]


def situation(session: Session, district: str | None, now: datetime) -> Situation:
    """Compare today with the last such days, in a district or the whole city."""
    clocks = clocks_of(session)
    local = clocks.local(now)
    today = local.date()
    place = Place(district)
    span = Span(today - timedelta(days=LOOK_BACK), today)
    by_hour = tallies.hours(session, place, span)
    first = min(by_hour, default=today)
    kind = day_kind(today, clocks.calendar)
    back = (today - timedelta(days=n) for n in range(1, LOOK_BACK + 1))
    like = [day for day in back if day >= first and day_kind(day, clocks.calendar) == kind]
    like = like[:LIKE_DAYS]
    part = (local.minute * 60 + local.second) / 3600
    counts = np.array([[by_hour.get(day, {}).get(hour, 0) for hour in range(24)] for day in like])
    now_today = by_hour.get(today, {})
    hours = []
    for hour in range(24):
        so_far = sum(now_today.get(one, 0) for one in range(hour + 1))
        usual = _usual(counts[:, : hour + 1].sum(axis=1)) if like else _usual(np.array([]))
        hours.append(HourSoFar(hour, so_far if hour <= local.hour else None, usual))
    passed = _passed(counts, local.hour, part) if like else np.array([])
    whole = counts.sum() if like else 0
    share = float(passed.sum() / whole) if whole else 0.0
    return Situation(
        day=today,
        until=local,
        like=like,
        today=sum(now_today.values()),
        usual=_usual(passed),
        hours=hours,
        headings={
            kind: _headings(session, place, kind, today, like, share)
            for kind in (CATEGORY, DISTRICT, CHANNEL)
        },
    )


def _passed(counts: np.ndarray, hour: int, part: float) -> np.ndarray:
    """Receipts of each day up to a time; within the hour evenly."""
    whole: np.ndarray = counts[:, :hour].sum(axis=1) + counts[:, hour] * part
    return whole


def _usual(totals: np.ndarray) -> Usual:
    if not len(totals):
        return Usual(None, None, None)
    low, high = np.quantile(totals, (0.1, 0.9))
    return Usual(round(float(totals.mean()), 1), round(float(low), 1), round(float(high), 1))


def _headings(
    session: Session, place: Place, kind: str, today: date, like: list[date], share: float
) -> list[Heading]:
    """Each name's usual is its whole-day mean times the share of a day that has passed."""
    days = tallies.by_day(session, place, Span(min([today, *like]), today), kind)
    found = []
    for name, counts in days.items():
        before = [counts.get(day.isoformat(), {}).get("received", 0) for day in like]
        usual = round(float(np.mean(before)) * share, 1) if like else None
        now_count = counts.get(today.isoformat(), {}).get("received", 0)
        if now_count or usual:
            found.append(Heading(name or UNKNOWN, now_count, usual))
    return sorted(found, key=lambda one: (-one.today, -(one.usual or 0), one.name))
