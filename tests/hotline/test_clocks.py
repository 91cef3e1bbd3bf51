"""Working time: property tests, and the cases people argue about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calendar import Holiday, HolidayCalendar
from hotline.city import load_city
from hotline.clocks import Clocks, UnknownClock

CITY = load_city()
CLOCKS = Clocks(CITY.clocks, CITY.holidays)
KINDS = sorted(CITY.clocks.limits)
SHANGHAI = ZoneInfo("Asia/Shanghai")
moments = st.integers(1_704_067_200, 1_956_500_000).map(
    lambda second: datetime.fromtimestamp(second, UTC)
)
days = st.dates(date(2024, 1, 1), date(2031, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@given(moments, moments, st.sampled_from(KINDS))
def test_starting_later_is_never_due_earlier(one, other, kind):
    first, second = sorted((one, other))
    assert CLOCKS.deadline(kind, first).at <= CLOCKS.deadline(kind, second).at


@given(moments, st.sampled_from(KINDS))
def test_a_deadline_is_after_its_start_and_kept_in_utc(start, kind):
    deadline = CLOCKS.deadline(kind, start)
    assert deadline.at > start
    assert deadline.at.tzinfo is UTC


@given(moments, st.sampled_from(KINDS), days)
def test_adding_a_holiday_never_shortens(start, kind, day):
    more = HolidayCalendar(CITY.holidays.holidays | {day}, CITY.holidays.workdays - {day})
    assert Clocks(CITY.clocks, more).deadline(kind, start).at >= CLOCKS.deadline(kind, start).at


@given(moments, st.integers(1, 30))
def test_workdays_end_at_close_of_business_on_a_workday(start, count):
    due = CLOCKS.local(CLOCKS.add_workdays(start, count))
    assert CLOCKS.calendar.is_workday(due.date())
    assert due.time() == CLOCKS.closes
    assert CLOCKS.calendar.workdays_between(CLOCKS.local_day(start), due.date()) == count


@given(moments, st.integers(1, 60))
def test_working_hours_add_up(start, count):
    half = CLOCKS.add_working_hours(start, count)
    assert CLOCKS.add_working_hours(half, count) == CLOCKS.add_working_hours(start, 2 * count)


@given(moments, st.sampled_from(KINDS))
def test_beyond_the_published_years_a_deadline_is_provisional_and_no_error(start, kind):
    deadline = CLOCKS.deadline(kind, start)
    last = max(day.year for day in CITY.holidays.holidays)
    beyond = CLOCKS.local_day(deadline.at).year > last
    assert deadline.provisional == beyond
    assert ("可能调整" in deadline.text) == beyond


@given(moments, moments)
def test_what_is_left_can_always_be_said(due, now):
    assert CLOCKS.remaining(due, now)
    assert ("超期" in CLOCKS.remaining(due, now)) == (now > due)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2026-03-02 10:00", 1, "2026-03-03 18:00"),
        ("2026-03-06 20:00", 1, "2026-03-09 18:00"),
        ("2026-03-07 09:00", 1, "2026-03-09 18:00"),
        ("2026-05-08 10:00", 1, "2026-05-09 18:00"),
        ("2026-09-30 10:00", 1, "2026-10-08 18:00"),
        ("2026-09-30 10:00", 3, "2026-10-10 18:00"),
    ],
)
def test_workdays_respect_weekends_holidays_and_worked_weekends(start, count, due):
    assert CLOCKS.add_workdays(at(start), count) == at(due)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-02 10:00", 3, "2026-03-02 15:00"),
        ("2026-03-02 17:00", 3, "2026-03-03 11:00"),
        ("2026-03-02 12:30", 3, "2026-03-02 17:00"),
        ("2026-03-06 22:00", 3, "2026-03-09 12:00"),
        ("2026-03-07 03:00", 3, "2026-03-09 12:00"),
    ],
)
def test_working_hours_skip_noon_night_and_weekend(start, hours, due):
    assert CLOCKS.add_working_hours(at(start), hours) == at(due)


@pytest.mark.parametrize(
    ("due", "now", "said"),
    [
        ("2026-11-26 18:00", "2026-11-23 09:00", "还有 3 个工作日，11月26日 18:00 前"),
        ("2026-11-26 18:00", "2026-11-26 09:00", "今天 18:00 前"),
        ("2026-11-28 15:00", "2026-11-27 19:00", "11月28日 15:00 前"),
        ("2026-11-26 18:00", "2026-11-30 09:00", "已超期 2 个工作日"),
        ("2026-11-26 18:00", "2026-11-26 21:10", "已超期 3 小时"),
        ("2026-11-26 18:00", "2026-11-26 18:10", "已超期不足 1 小时"),
        ("2027-01-05 18:00", "2026-12-31 09:00", "还有 3 个工作日，2027年1月5日 18:00 前"),
    ],
)
def test_remaining_time_reads_as_people_say_it(due, now, said):
    assert CLOCKS.remaining(at(due), at(now)) == said


def test_every_appeal_type_has_the_limit_the_city_promises():
    amounts = {
        kind: CLOCKS.limit(f"close/{kind}").amount for kind in ("咨询", "求助", "投诉", "建议")
    }
    assert amounts == {"咨询": 3, "求助": 7, "投诉": 15, "建议": 15}


def test_an_unknown_clock_names_the_file_to_mend():
    with pytest.raises(UnknownClock, match=r"clocks\.yml"):
        CLOCKS.deadline("close/别的", at("2026-03-02 10:00"))


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        CLOCKS.deadline("sign", datetime.fromisoformat("2026-03-02"))


def test_a_day_cannot_be_both_holiday_and_workday():
    day = date(2026, 10, 1)
    rows = [Holiday(day, kind, "国庆节", "通知") for kind in ("holiday", "workday")]
    with pytest.raises(ValueError, match="2026-10-01"):
        HolidayCalendar.from_rows(rows)


def test_overdue_grows_with_time():
    due = at("2026-03-02 18:00")
    late = [CLOCKS.remaining(due, due + timedelta(days=n)) for n in (1, 2, 3)]
    assert late == [f"已超期 {n} 个工作日" for n in (1, 2, 3)]
