from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import select

from analytics.areas import Neighbourhoods, area_sentence, areas, likelihood_ratio
from analytics.consolidation import consolidate
from analytics.findings import Finding, Raised, earlier
from analytics.gathering import gather
from analytics.series import Board
from analytics.tables import AlarmRow
from analytics.watching import watch
from hotline.alarm_rules import USUAL
from hotline.calendar import HolidayCalendar
from hotline.city import load_city
from hotline.store import Store
from tests.analytics.neighbourhood import NOW, file_alone, file_matter

CATEGORY = "公用事业/供水"
LAST = date(2026, 3, 15)
DAYS = 90


def streets_of_tianhe() -> Neighbourhoods:
    return Neighbourhoods(load_city().place_index, USUAL.area.streets)


def calm(around: Neighbourhoods, level: float = 0.03) -> dict[tuple[str, str, str], np.ndarray]:
    draw = np.random.default_rng(4)
    return {
        (CATEGORY, district, street): draw.poisson(level, DAYS).astype(float)
        for district, street in around.streets
    }


def board(counts: dict[tuple[str, str, str], np.ndarray]) -> Board:
    return Board(LAST, counts, HolidayCalendar(frozenset(), frozenset()))


def test_neighbours_of_a_street_are_near_it():
    around = streets_of_tianhe()
    assert len(around.streets) == 176
    shipai = around.near[around.number["天河区", "石牌街道"]]
    names = {around.streets[number][1] for number in shipai}
    assert "石牌街道" in names
    assert names & {"五山街道", "冼村街道", "天河南街道", "林和街道"}
    assert not names & {"南沙街道", "街口街道", "新塘镇"}


def test_a_burst_spread_over_neighbouring_streets_is_seen_where_no_street_stands_out():
    around = streets_of_tianhe()
    counts = calm(around)
    centre = around.near[around.number["天河区", "石牌街道"]][:5]
    for number in centre:
        counts[(CATEGORY, *around.streets[number])][-3:] += [1, 1, 1]
    found = areas(board(counts), DAYS - 1, around, USUAL.area)
    assert len(found) == 1
    burst = found[0]
    assert burst.score > 20
    assert {around.streets[number] for number in centre} & set(burst.streets)
    assert burst.observed >= 12
    said = area_sentence(burst)
    assert "“供水”" in said
    assert "单看任何一个街镇都不突出" in said


def test_a_burst_of_one_street_alone_is_left_to_its_own_series():
    around = streets_of_tianhe()
    counts = calm(around, 0.0)
    counts[CATEGORY, "天河区", "石牌街道"][-1] = 15
    assert areas(board(counts), DAYS - 1, around, USUAL.area) == []


def test_a_city_as_usual_has_no_burst():
    around = streets_of_tianhe()
    found = areas(board(calm(around)), DAYS - 1, around, USUAL.area)
    assert all(one.score < 10 for one in found)
    assert likelihood_ratio(3, 5) == 0


def finding(cause: str, observed: int, tickets: range, day: date = LAST) -> Finding:
    return Finding("rise", cause, day, CATEGORY, "天河区", "", "", observed, 0, 0, tuple(tickets))


def raised(cause: str, observed: int, tickets: range, day: date, *, still: bool = False) -> Raised:
    return Raised(cause, day, observed, frozenset(tickets), still)


def test_one_cause_warns_once_by_whatever_detector():
    old = raised("rise:供水|天河区", 10, range(10), LAST - timedelta(days=2))
    assert earlier(finding("rise:供水|天河区", 12, range(20, 32)), [old], 7) is old
    assert earlier(finding("group:g1", 8, range(4, 12)), [old], 7) is old
    assert earlier(finding("group:g2", 30, range(5, 35)), [old], 7) is None


def test_twice_as_many_or_a_quiet_week_make_it_news_again():
    old = raised("rise:供水|天河区", 10, range(10), LAST - timedelta(days=2))
    assert earlier(finding("rise:供水|天河区", 20, range(20, 40)), [old], 7) is None
    late = raised("rise:供水|天河区", 10, range(10), LAST - timedelta(days=8))
    assert earlier(finding("rise:供水|天河区", 12, range(20, 32)), [late], 7) is None
    late.open = True
    assert earlier(finding("rise:供水|天河区", 12, range(20, 32)), [late], 7) is late


def test_people_count_not_tickets():
    def said(people: int, tickets: int) -> list[tuple[int, str, datetime]]:
        return [(n, f"p{n % people}", NOW - timedelta(days=n % 10)) for n in range(tickets)]

    assert gather(said(3, 12), NOW, USUAL.group) is None
    assert gather(said(6, 12), NOW, USUAL.group) == (6, gather(said(6, 12), NOW, USUAL.group)[1])
    assert gather(said(6, 12), NOW + timedelta(days=20), USUAL.group) is None


def test_many_people_with_one_matter_warn_once_and_later_days_are_made_up_for(store: Store):
    with store.session() as session:
        file_alone(session, NOW - timedelta(days=9))
        file_matter(session, "mixer", NOW - timedelta(days=4))
    consolidate(store, NOW)
    first = watch(store, NOW)
    with store.session(read_only=True) as session:
        row = session.get(AlarmRow, first.raised[0])
        assert (row.kind, row.observed, row.state) == ("group", 6, "new")
        assert row.sentence.endswith("14 天内有 6 人反映同一件事，共 6 件。")
        assert row.facts["group"]
    assert watch(store, NOW + timedelta(hours=1)).raised == []
    with store.session() as session:
        file_matter(session, "parking", NOW + timedelta(days=1))
    consolidate(store, NOW + timedelta(days=5))
    assert len(watch(store, NOW + timedelta(days=5)).raised) == 1
    with store.session(read_only=True) as session:
        days = [row.day for row in session.scalars(select(AlarmRow).order_by(AlarmRow.id))]
    assert days == ["2026-03-12", "2026-03-17"]
