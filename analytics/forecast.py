"""How many tickets the next days will bring, with an interval whose coverage is measured.

Level times factor of the kind of day times a damped trend; the interval is that of a negative
binomial (see `series`), widened until it held as often as promised on earlier weeks, and then
measured on the last four, which it has not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics.series import Counts, day_factors, day_kind, evenness_of, usual_days
from hotline.calendar import HolidayCalendar
from hotline.store import DailyRollup, clocks_of

HORIZON = 7
PROMISE = 0.9
HISTORY = 140
FEWEST_DAYS = 42
CHECK_DAYS = 28
# The trend of four weeks goes on, but fades by this factor a day; with few tickets it is not believed.
FADING, TREND_DAYS, TREND_WEIGHT = 0.85, 28, 60.0
# Half-life of what the level rests on.
LEVEL_DAYS = 14.0
_WIDER = (1.0, 1.5, 2.0, 3.0, 4.5, 7.0, 10.0)


@dataclass(frozen=True)
class ForecastDay:
    """A day to come: what is expected, and the range promised to hold 9 times of 10."""

    day: date
    expected: float
    low: int
    high: int


@dataclass(frozen=True)
class Forecast:
    """The next days. `coverage` is how often the range held on the last `checked` days that could
    be checked (`None`: history too short); `history` is what was received lately."""

    days: list[ForecastDay]
    promise: float
    coverage: float | None
    checked: int
    history: list[tuple[date, int]]


def forecast(
    counts: Counts, last: date, calendar: HolidayCalendar, horizon: int = HORIZON
) -> Forecast:
    """Forecast the days after `last` from daily `counts` (n,) that end on it."""
    days = [last - timedelta(days=len(counts) - 1 - n) for n in range(len(counts) + horizon)]
    kinds = np.array([day_kind(day, calendar) for day in days], dtype=np.int64)
    checks = range(FEWEST_DAYS, len(counts) - horizon + 1)
    split = len(counts) - CHECK_DAYS
    wider, held, checked = _WIDER[2], 0, 0
    earlier = [end for end in checks if end + horizon <= split]
    if earlier:
        wider = next(
            (one for one in _WIDER if _coverage(counts, kinds, earlier, horizon, one) >= PROMISE),
            _WIDER[-1],
        )
    for end in (end for end in checks if end >= split):
        low, high, _ = _ranges(counts[:end], kinds[: end + horizon], wider)
        truth = counts[end : end + horizon]
        held += int(((truth >= low) & (truth <= high)).sum())
        checked += horizon
    low, high, expected = _ranges(counts, kinds, wider)
    return Forecast(
        days=[
            ForecastDay(
                days[len(counts) + n], round(float(expected[n]), 1), int(low[n]), int(high[n])
            )
            for n in range(horizon)
        ],
        promise=PROMISE,
        coverage=round(held / checked, 3) if checked else None,
        checked=checked,
        history=[(days[n], int(counts[n])) for n in range(max(0, len(counts) - 28), len(counts))],
    )


def _coverage(
    counts: Counts, kinds: NDArray[np.int64], ends: Sequence[int], horizon: int, wider: float
) -> float:
    held = [
        (counts[end : end + horizon] >= low) & (counts[end : end + horizon] <= high)
        for end in ends
        for low, high, _ in [_ranges(counts[:end], kinds[: end + horizon], wider)]
    ]
    return float(np.concatenate(held).mean())


def _ranges(
    history: Counts, kinds: NDArray[np.int64], wider: float
) -> tuple[Counts, Counts, Counts]:
    """Return (low, high, expected) of the days in `kinds` beyond the history."""
    seen = len(history)
    by_kind = day_factors(history, kinds[:seen])
    factors = by_kind[kinds]
    usual, level, certainty = usual_days(history, factors[:seen], LEVEL_DAYS)
    spread = evenness_of(history[usual], level * factors[:seen][usual])
    size = 1.0 / (wider * (1.0 / spread + 1.0 / certainty))
    ahead = np.arange(1, len(kinds) - seen + 1)
    slope = _slope(history / np.maximum(factors[:seen], 1e-9), level)
    # The level is that of about LEVEL_DAYS ago.
    drift = slope * (LEVEL_DAYS + (1.0 - FADING**ahead) / (1.0 - FADING))
    expected = np.maximum(level * (1.0 + drift), 0.0) * factors[seen:]
    chance = size / (size + np.maximum(expected, 1e-9))
    low = nbinom.ppf((1 - PROMISE) / 2, size, chance)
    high = nbinom.ppf((1 + PROMISE) / 2, size, chance)
    return low, high, expected


def _slope(levelled: Counts, level: float) -> float:
    """Return the change a day, as a share of the level, over the last weeks; shrunk when few."""
    recent = levelled[-TREND_DAYS:]
    if len(recent) < TREND_DAYS or level <= 0:
        return 0.0
    at = np.arange(TREND_DAYS) - (TREND_DAYS - 1) / 2
    slope = float((at * recent).sum() / (at**2).sum()) / level
    total = float(recent.sum())
    return float(np.clip(slope, -0.05, 0.05)) * total / (total + TREND_WEIGHT)


def counts_of(session: Session, last: date, category: str | None, district: str | None) -> Counts:
    """Return the daily counts up to `last` (at most 140 days, from the first day with any)."""
    first = last - timedelta(days=HISTORY - 1)
    conditions = [DailyRollup.day >= first.isoformat(), DailyRollup.day <= last.isoformat()]
    if category:
        conditions.append(
            DailyRollup.category == category
            if "/" in category
            else DailyRollup.category.startswith(f"{category}/", autoescape=True)
        )
    if district:
        conditions.append(DailyRollup.district == district)
    earliest = session.scalar(select(func.min(DailyRollup.day)).where(*conditions[:2]))
    if earliest:
        first = max(first, date.fromisoformat(earliest))
    counts = np.zeros((last - first).days + 1)
    rows = session.execute(
        select(DailyRollup.day, func.sum(DailyRollup.received))
        .where(*conditions)
        .group_by(DailyRollup.day)
    )
    for day, count in rows:
        counts[(date.fromisoformat(day) - first).days] = count
    return counts


def coming_days(
    session: Session, today: date, category: str | None = None, district: str | None = None
) -> Forecast:
    """Forecast the seven days from today on, by what came in until yesterday."""
    yesterday = today - timedelta(days=1)
    counts = counts_of(session, yesterday, category, district)
    return forecast(counts, yesterday, clocks_of(session).calendar)
