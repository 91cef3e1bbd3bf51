from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from analytics.consolidation import consolidate
from analytics.indicators import city_figures, read_indicators
from analytics.measures import MEASURES
from analytics.span import Span, span_of
from analytics.tables import make_tables
from hotline.city import CityError, load_city
from hotline.store import Store
from hotline.tickets import overview
from knowledge_base.gaps import GapLog
from tests.analytics.hotline_week import MONDAY, STREETS, file, give_to, handled, send_back
from tests.analytics.neighbourhood import file_matter

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = Span(date(2026, 3, 2), date(2026, 3, 8), ZONE)
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
def busy(store: Store) -> Store:
    """A week with every kind of thing in it, and a matter that came back after closing."""
    make_tables(store.engine)
    gaps = GapLog(store.engine)
    gaps.record("港澳居民怎样申请公租房", "not_found", None)
    with store.session() as session:
        for number in range(12):
            at = MONDAY + timedelta(hours=3 * number)
            handled(session, at, days=1 + number % 3, score=5 if number % 4 else 1)
        handled(session, MONDAY, days=0.2, district="番禺区")
        returned = give_to(session, file(session, MONDAY), STREETS[1], MONDAY)
        send_back(session, returned, STREETS[1], MONDAY + timedelta(hours=1))
    consolidate(store, SUNDAY)
    return store


def test_every_indicator_of_the_city_has_a_figure_with_its_query(busy: Store):
    with busy.session(read_only=True) as session:
        found = city_figures(session, WEEK)
        assert set(found) == set(MEASURES)
        for figure in found.values():
            row = session.execute(text(figure.query)).one()
            if figure.indicator.kind == "share":
                assert row[1] == figure.whole
            elif figure.indicator.kind == "count":
                assert row[0] == figure.value


def test_figures_agree_with_the_overview(busy: Store):
    with busy.session(read_only=True) as session:
        found = city_figures(session, WEEK)
        page = overview(session, days=7, now=SUNDAY)
        assert page.totals["returned"] == 1
        for code, value in page.totals.items():
            if found[code].whole is None or (found[code].whole or 0) >= 10:
                assert found[code].value == (
                    value if value is None else pytest.approx(value, abs=1e-4)
                ), code


def test_what_came_back_after_closing_is_counted(store: Store):
    GapLog(store.engine)
    with store.session() as session:
        first, *_ = file_matter(session, "mixer", MONDAY)
        first.closed_at = MONDAY + timedelta(minutes=30)
        file_matter(session, "parking", MONDAY)
    consolidate(store, SUNDAY)
    with store.session(read_only=True) as session:
        assert city_figures(session, WEEK)["recurred"].value == 5


def test_gaps_are_those_asked_in_the_span(busy: Store):
    with busy.session(read_only=True) as session:
        today = busy.clocks.local_day(datetime.now(UTC))
        assert city_figures(session, WEEK)["gaps"].value == 0
        assert city_figures(session, span_of("week", today, ZONE))["gaps"].value == 1


def test_a_district_sees_its_own_figures(busy: Store):
    with busy.session(read_only=True) as session:
        here = city_figures(session, Span(WEEK.first, WEEK.last, ZONE, "番禺区"))
        assert here["received"].value == here["closed"].value == 1


def test_a_share_of_few_is_not_shown(busy: Store):
    with busy.session(read_only=True) as session:
        figure = city_figures(session, WEEK)["solved"]
    assert (figure.value, figure.whole, figure.text) == (None, 0, "—")


def test_change_is_told_in_words(busy: Store):
    with busy.session(read_only=True) as session:
        following = Span(WEEK.last + timedelta(days=1), WEEK.last + timedelta(days=7), ZONE)
        assert city_figures(session, following)["received"].change == "下降 100.0%"
        assert city_figures(session, WEEK)["received"].change == ""


def test_a_month_is_compared_with_the_month_before():
    march = span_of("month", date(2026, 3, 31), ZONE)
    assert (march.before().first, march.before().last) == (date(2026, 2, 1), date(2026, 2, 28))
    so_far = span_of("month", date(2026, 3, 10), ZONE)
    assert so_far.before().days == so_far.days == 10
    week = span_of("week", date(2026, 3, 8), ZONE)
    assert week.before().last == date(2026, 3, 1)


def test_a_wrong_entry_is_named_by_file_line_and_remedy(tmp_path: Path):
    shutil.copy(load_city().folder / "indicators.yml", tmp_path / "indicators.yml")
    path = tmp_path / "indicators.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("code: received,", "code: recieved,"),
        encoding="utf-8",
    )
    with pytest.raises(
        CityError, match=r"indicators.yml 第 \d+ 行：没有算“recieved”的函数；最接近的是“received”"
    ):
        read_indicators(path)
