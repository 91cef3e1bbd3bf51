"""Daily counts of a series, and how improbable a day is against the series' own history.

The expected count is the recent level times a factor for the kind of day. A count is judged by
the predictive distribution of a Poisson rate with a Gamma posterior, widened for overdispersion:
both give a negative binomial (A. Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 2.6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from hotline.calendar import HolidayCalendar

Counts = NDArray[np.float64]

HISTORY_DAYS = 56
LEAST_DAYS = 21
HALF_LIFE_DAYS = 28.0
HOLIDAY = 7
# Gamma prior on the daily level: as if half a ticket had been seen in one day.
PRIOR_COUNT, PRIOR_DAYS = 0.5, 1.0
# Prior weight (in tickets) that pulls a day factor to 1.
FACTOR_WEIGHT = 20.0
# Standard deviations beyond which a day of the history counts as a burst.
BURST = 3.5
MOST_EVEN, LEAST_EVEN = 200.0, 1.0


@dataclass(frozen=True)
class Unusual:
    """A day against its history: `improbability` is P(count or more | history)."""

    observed: int
    expected: float
    improbability: float
    usual_week: tuple[int, int]


def day_kind(day: date, calendar: HolidayCalendar) -> int:
    """Return 0 Monday … 6 Sunday, or 7 for a public holiday; a worked weekend is a Friday."""
    if day in calendar.workdays:
        return 4
    if day in calendar.holidays:
        return HOLIDAY
    return day.weekday()


def day_factors(totals: Counts, kinds: NDArray[np.int64]) -> Counts:
    """Return the factor of each kind of day (8,) from a broad series (n,) with its kinds (n,).

    Ratio of the mean on such days to the mean of all, pulled to 1 where little was seen.
    """
    mean = float(totals.mean()) if len(totals) else 0.0
    factors = np.ones(8)
    if mean <= 0:
        return factors
    for kind in range(8):
        here = totals[kinds == kind]
        expected = mean * len(here)
        factors[kind] = (here.sum() + FACTOR_WEIGHT) / (expected + FACTOR_WEIGHT)
    return factors


def usual_days(
    history: Counts, factors: Counts, half_life: float = HALF_LIFE_DAYS
) -> tuple[NDArray[np.bool_], float, float]:
    """Return which days of the history are usual (n,), the level now, and the tickets it rests on.

    Recent days weigh more, so that the level follows a trend; an earlier burst must not make the
    next one look usual.
    """
    usual = np.ones(len(history), dtype=np.bool_)
    recency = 0.5 ** (np.arange(len(history), 0, -1) / half_life)
    level = certainty = 0.0
    for _ in range(3):
        certainty = float((history * recency)[usual].sum()) + PRIOR_COUNT
        level = certainty / (float((factors * recency)[usual].sum()) + PRIOR_DAYS)
        usual = history <= level * factors + BURST * np.sqrt(level * factors + 1.0)
    return usual, level, certainty


def judge(
    history: Counts, factors: Counts, observed: int, factor: float, evenness: float | None = None
) -> Unusual:
    """Judge a count against `history` (n,) with day factors (n,) and the factor of the day itself.

    `evenness` is the size parameter k of the overdispersion (variance μ + μ²/k), worked out from
    the history when not given.
    """
    usual, level, certainty = usual_days(history, factors)
    expected = level * factor
    spread = evenness or evenness_of(history[usual], level * factors[usual])
    # Both the spread of days and the uncertainty of the level (a Gamma posterior) widen the tail.
    size = 1.0 / (1.0 / spread + 1.0 / certainty)
    tail = float(nbinom.sf(observed - 1, size, size / (size + expected))) if observed > 0 else 1.0
    weeks = [history[end - 7 : end].sum() for end in range(len(history), 6, -7)]
    low, high = np.quantile(weeks, (0.1, 0.9)) if weeks else (0.0, 0.0)
    return Unusual(observed, expected, tail, (round(float(low)), round(float(high))))


def evenness_of(history: Counts, expected: Counts) -> float:
    """Return the moment estimate of k (variance μ + μ²/k) of a history, within bounds."""
    if len(history) < LEAST_DAYS or expected.sum() <= 0:
        return 10.0
    excess = float(((history - expected) ** 2 - expected).sum())
    if excess <= 0:
        return MOST_EVEN
    return float(np.clip((expected**2).sum() / excess, LEAST_EVEN, MOST_EVEN))


@dataclass(frozen=True)
class Board:
    """All series over consecutive days: `counts` key → (n,), ending with `last`."""

    last: date
    counts: Mapping[tuple[str, str, str], Counts]
    calendar: HolidayCalendar

    def days(self) -> list[date]:
        """The days in order."""
        length = len(next(iter(self.counts.values()))) if self.counts else 0
        return [self.last - timedelta(days=length - 1 - n) for n in range(length)]


Judged = list[tuple[tuple[str, str, str], Unusual]]


def judge_day(board: Board, at: int, least: int) -> Judged:
    """Judge every series that counts at least `least` on day number `at` of the board.

    The kind-of-day factors come from the category over the whole city, the level from the series.
    """
    days = board.days()
    first = max(0, at - HISTORY_DAYS)
    if at - first < LEAST_DAYS:
        return []
    kinds = np.array([day_kind(day, board.calendar) for day in days[first : at + 1]])
    totals = _totals(board, first, at)
    found = []
    for key, counts in board.counts.items():
        observed = int(counts[at])
        if observed < least:
            continue
        by_kind = day_factors(totals[key[0]], kinds[:-1])
        factors = by_kind[kinds]
        unusual = judge(counts[first:at], factors[:-1], observed, float(factors[-1]))
        found.append((key, unusual))
    return found


def _totals(board: Board, first: int, at: int) -> dict[str, Counts]:
    """Return category → its counts in all districts over the history (streets not counted twice)."""
    totals: dict[str, Counts] = {}
    for (category, _, street), counts in board.counts.items():
        if street:
            continue
        if category in totals:
            totals[category] = totals[category] + counts[first:at]
        else:
            totals[category] = counts[first:at].astype(np.float64)
    for category, _, _ in board.counts:
        totals.setdefault(category, np.zeros(at - first))
    return totals


def dense(
    rows: Sequence[tuple[str, str, str, str, int]], first: date, last: date
) -> dict[tuple[str, str, str], Counts]:
    """Return series from rows (day, category, district, street, count): by district and by street."""
    length = (last - first).days + 1
    found: dict[tuple[str, str, str], Counts] = {}
    for day, category, district, street, count in rows:
        at = (date.fromisoformat(day) - first).days
        keys = [(category, district, "")]
        if street:
            keys.append((category, district, street))
        for key in keys:
            if key not in found:
                found[key] = np.zeros(length)
            found[key][at] += count
    return found
