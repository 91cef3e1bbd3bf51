from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from analytics.forecast import coming_days, forecast
from hotline.calendar import HolidayCalendar
from hotline.store import DailyRollup, Store

LAST = date(2026, 3, 15)
HOLIDAY = date(2026, 3, 18)
CALENDAR = HolidayCalendar(frozenset(), frozenset())


def weekly(days: int, level: float, seed: int, growth: float = 0.0) -> np.ndarray:
    draw = np.random.default_rng(seed)
    kinds = [(LAST - timedelta(days=days - 1 - n)).weekday() for n in range(days)]
    factor = np.where(np.array(kinds) >= 5, 0.6, 1.16)
    return draw.poisson(level * factor * (1 + growth * np.arange(days))).astype(float)


def test_a_week_is_foreseen_with_its_weekend():
    found = forecast(weekly(140, 30, 1), LAST, CALENDAR)
    assert [one.day for one in found.days] == [LAST + timedelta(days=n) for n in range(1, 8)]
    weekdays = [one.expected for one in found.days if one.day.weekday() < 5]
    weekend = [one.expected for one in found.days if one.day.weekday() >= 5]
    assert min(weekdays) > max(weekend)
    assert all(one.low <= one.expected <= one.high for one in found.days)
    assert sum(one.expected for one in found.days) == pytest.approx(210, rel=0.1)


@pytest.mark.parametrize("level", [0.4, 4, 60])
def test_the_ranges_hold_about_as_often_as_promised(level: float):
    coverages = [forecast(weekly(140, level, seed), LAST, CALENDAR).coverage for seed in range(6)]
    assert 0.85 <= float(np.mean(coverages)) <= 1.0


def test_a_public_holiday_counts_as_one():
    holidays = frozenset(LAST - timedelta(days=back) for back in (30, 31, 32, 60, 61)) | {HOLIDAY}
    counts = weekly(140, 30, 3)
    for back in (30, 31, 32, 60, 61):
        counts[-1 - back] = 6
    found = forecast(counts, LAST, HolidayCalendar(holidays, frozenset()))
    by_day = {one.day: one.expected for one in found.days}
    assert by_day[HOLIDAY] < 0.6 * by_day[HOLIDAY + timedelta(days=1)]


def test_growth_goes_on_but_fades():
    steady = forecast(weekly(140, 20, 5), LAST, CALENDAR)
    growing = forecast(weekly(140, 20, 5, growth=0.02), LAST, CALENDAR)
    last_week = weekly(140, 20, 5, growth=0.02)[-7:].sum()
    week = sum(one.expected for one in growing.days)
    assert week > sum(one.expected for one in steady.days)
    assert 0.9 * last_week < week < 1.4 * last_week


def test_a_short_or_empty_history_promises_little():
    assert forecast(np.zeros(10), LAST, CALENDAR).coverage is None
    assert all(one.low == 0 for one in forecast(np.zeros(1), LAST, CALENDAR).days)


def test_the_store_is_read_by_category_level_and_district(store: Store):
    with store.session() as session:
        for back in range(60):
            day = (LAST - timedelta(days=back)).isoformat()
            for category, district, count in (
                ("公用事业/供水", "天河区", 4),
                ("公用事业/供电", "天河区", 2),
                ("交通运输/公交服务", "越秀区", 9),
            ):
                session.add(
                    DailyRollup(
                        day=day, category=category, district=district, street="", unit_code="",
                        channel="h5", demo=True, received=count,
                    )
                )  # fmt: skip
    with store.session(read_only=True) as session:
        today = LAST + timedelta(days=1)

        def week(**where: str) -> float:
            found = coming_days(session, today, **where)
            assert found.days[0].day == today
            return sum(one.expected for one in found.days)

        assert week() == pytest.approx(7 * 15, rel=0.1)
        assert week(category="公用事业") == pytest.approx(7 * 6, rel=0.1)
        assert week(category="公用事业/供水", district="天河区") == pytest.approx(28, rel=0.1)
        assert week(district="没有这个区") == 0
