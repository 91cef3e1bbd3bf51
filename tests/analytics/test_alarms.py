from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from analytics.alarm_desk import AlarmNotFound, list_alarms, take
from analytics.alarms import calibrate, replay, rises, sentence
from analytics.consolidation import consolidate
from analytics.series import Board
from analytics.tables import AlarmRow
from analytics.watching import watch
from hotline.calendar import HolidayCalendar
from hotline.city import load_city
from hotline.errors import IllegalStep, InvalidInput
from hotline.lifecycle import Actor, Role
from hotline.store import DailyRollup, LedgerEntry, Store
from hotline.tickets import Intake, create_ticket
from tests.analytics.neighbourhood import CITIZEN, NOW, file_matter

CATEGORY = "城市管理/占道经营"
LAST = date(2026, 3, 15)
CALENDAR = HolidayCalendar(frozenset({date(2026, 2, 17)}), frozenset())
MANAGER = Actor("manager", Role.MANAGER)


def quiet_city(days: int = 140, seed: int = 3) -> dict[tuple[str, str, str], np.ndarray]:
    """Poisson counts with fewer on weekends, in 44 series of a busy and a calm kind."""
    draw = np.random.default_rng(seed)
    weekday = np.array([(LAST - timedelta(days=days - 1 - n)).weekday() for n in range(days)])
    factor = np.where(weekday >= 5, 0.6, 1.1)
    found = {}
    for category, level in (
        ("噪音/施工", 0.4),
        (CATEGORY, 3.0),
        ("公用事业/供水", 0.8),
        ("交通/公交", 8.0),
    ):
        for district in [
            "天河",
            "越秀",
            "海珠",
            "荔湾",
            "白云",
            "黄埔",
            "番禺",
            "花都",
            "南沙",
            "增城",
            "从化",
        ]:
            found[category, f"{district}区", ""] = draw.poisson(level * factor).astype(float)
    return found


def board(counts: dict[tuple[str, str, str], np.ndarray]) -> Board:
    return Board(LAST, counts, CALENDAR)


def test_a_burst_is_seen_the_same_day_and_said_in_one_sentence():
    counts = quiet_city()
    counts[CATEGORY, "天河区", ""][-1] = 19
    found = rises(board(counts), 139)
    assert [(one.category, one.district) for one in found] == [(CATEGORY, "天河区")]
    said = sentence(found[0], LAST + timedelta(days=1))
    assert said.startswith("天河区“占道经营”平时每周 ")
    assert said.endswith("昨天 19 件。")


def test_a_usual_busy_monday_is_no_burst():
    counts = quiet_city()
    counts["交通/公交", "白云区", ""][-6] = 13
    assert rises(board(counts), 134) == []


def test_a_few_tickets_in_a_silent_series_are_too_few_to_warn():
    counts = quiet_city()
    counts["噪音/施工", "从化区", ""][:] = 0
    counts["噪音/施工", "从化区", ""][-1] = 4
    assert rises(board(counts), 139) == []


def test_the_street_is_named_when_the_burst_is_there():
    counts = quiet_city()
    counts[CATEGORY, "天河区", ""][-1] = 20
    counts[CATEGORY, "天河区", "石牌街道"] = np.zeros(140)
    counts[CATEGORY, "天河区", "石牌街道"][-1] = 18
    found = rises(board(counts), 139)
    assert [(one.district, one.street) for one in found] == [("天河区", "石牌街道")]


def test_the_calibrated_rate_of_false_alarms_holds_on_another_year():
    calibration = calibrate(board(quiet_city(seed=11)))
    assert calibration.per_week <= 1.0
    weeks = (140 - 21) / 7
    for seed in (12, 13):
        rate = len(replay(board(quiet_city(seed=seed)), calibration.level)) / weeks
        assert rate <= 1.5


def test_planted_events_are_found_within_two_days():
    counts = quiet_city(seed=21)
    for start in (60, 90, 120):
        counts["公用事业/供水", "海珠区", ""][start : start + 3] += [6, 9, 12]
    level = calibrate(board(quiet_city(seed=22))).level
    days = board(counts).days()
    found = [one.day for one in replay(board(counts), level) if one.district == "海珠区"]
    for start in (60, 90, 120):
        assert any(days[start] <= day <= days[start + 1] for day in found)


def test_a_lasting_burst_warns_once():
    counts = quiet_city()
    counts[CATEGORY, "天河区", ""][-4:] = [19, 20, 18, 21]
    found = [one for one in replay(board(counts), 1e-5) if one.district == "天河区"]
    assert len(found) == 1


def rolled_up(store: Store, last: date) -> None:
    city = load_city()
    district = next(one.name for one in city.districts)
    draw = np.random.default_rng(5)
    with store.session() as session:
        for n in range(80):
            day = last - timedelta(days=79 - n)
            count = 25 if n == 79 else int(draw.poisson(1.2))
            if count:
                session.add(
                    DailyRollup(
                        day=day.isoformat(),
                        category=CATEGORY,
                        district=district,
                        street="",
                        unit_code="",
                        channel="h5",
                        demo=True,
                        received=count,
                    )
                )


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


def test_the_watch_raises_stores_and_does_not_repeat(store: Store, now: datetime):
    rolled_up(store, date(2026, 3, 15))
    first = watch(store, now)
    assert len(first.raised) == 1
    assert watch(store, now + timedelta(hours=1)).raised == []
    with store.session(read_only=True) as session:
        rows, total = list_alarms(session, None)
        assert total == 1
        row = rows[0]
        assert (row.state, row.kind, row.observed, row.category) == ("new", "rise", 25, CATEGORY)
        assert "昨天 25 件" in row.sentence
        assert row.unit_code is not None
        assert list_alarms(session, "没有这个区")[1] == 0


def test_an_alarm_goes_forward_to_its_end_and_all_is_in_the_ledger(store: Store, now: datetime):
    rolled_up(store, date(2026, 3, 15))
    number = watch(store, now).raised[0]
    unit = next(iter(load_city().units)).code
    with store.session() as session:
        assert take(session, number, "acknowledge", MANAGER, now=now).state == "acknowledged"
        with pytest.raises(InvalidInput):
            take(session, number, "assign", MANAGER, now=now)
        assert take(session, number, "assign", MANAGER, unit_code=unit, now=now).assigned_to == unit
        assert (
            take(session, number, "act", MANAGER, note="已到场清理", now=now).note == "已到场清理"
        )
        assert take(session, number, "close", MANAGER, now=now).state == "closed"
        with pytest.raises(IllegalStep):
            take(session, number, "acknowledge", MANAGER, now=now)
        with pytest.raises(AlarmNotFound):
            take(session, 999_999, "close", MANAGER, now=now)
        kinds = list(session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq)))
    assert [kind for kind in kinds if kind.startswith("alarm")] == [
        "alarms_raised",
        "alarm_acknowledge",
        "alarm_assign",
        "alarm_act",
        "alarm_close",
    ]


def test_a_watch_word_of_several_citizens_warns_once(store: Store, now: datetime):
    def say(number: int) -> None:
        with store.session() as session:
            create_ticket(
                session,
                Intake(
                    text=f"{number}栋有人高空抛物，差点砸到小孩",
                    channel="h5",
                    district="天河区",
                    phone=f"1380000{number:04}",
                    received_at=now - timedelta(hours=3),
                ),
                CITIZEN,
                now=now - timedelta(hours=3),
            )

    say(1)
    assert watch(store, now).raised == []
    say(2)
    raised = watch(store, now).raised
    assert len(raised) == 1
    assert watch(store, now + timedelta(minutes=5)).raised == []
    with store.session(read_only=True) as session:
        row = session.get(AlarmRow, raised[0])
        assert row.sentence == "天河区 3 天内 2 件工单提到“高空抛物”。"
        assert len(row.facts["examples"]) == 2
        assert row.category == "应急与消防/高空抛物与坠物"


def test_an_alarm_points_to_the_group_behind_it(store: Store):
    last = store.clocks.local_day(NOW) - timedelta(days=1)
    noon = datetime(last.year, last.month, last.day, 2, 0, tzinfo=UTC)
    rolled_up(store, last - timedelta(days=1))
    with store.session() as session:
        for ticket in file_matter(session, "mixer", noon):
            ticket.category = "生态环境/噪声"
        session.add(
            DailyRollup(
                day=last.isoformat(),
                category="生态环境/噪声",
                district="天河区",
                street="",
                unit_code="",
                channel="x",
                demo=True,
                received=14,
            )
        )
    consolidate(store, NOW)
    numbers = watch(store, NOW).raised
    with store.session(read_only=True) as session:
        rows = [session.get(AlarmRow, number) for number in numbers]
        noise = [row for row in rows if row.category == "生态环境/噪声"]
        assert len(noise) == 1
        assert noise[0].facts["group"] is not None
