from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics.improvements import (
    CLOSED,
    DONE,
    ImprovementNotFound,
    effect_of,
    list_items,
    open_items,
    take,
)
from analytics.rating_groups import rating_groups
from analytics.span import span_of
from hotline.errors import IllegalStep, InvalidInput
from hotline.lifecycle import Actor, Role
from hotline.store import LedgerEntry, Store
from tests.analytics.hotline_week import MONDAY, STREETS, handled, handler

MANAGER = Actor("manager", Role.MANAGER)
UNIT, OTHER = STREETS[:2]
LATER = MONDAY + timedelta(days=5)


@pytest.fixture
def rated(store: Store) -> Store:
    """Six people of one unit, four discontent; one of another unit."""
    with store.session() as session:
        for number, score in enumerate([1, 2, 1, 5, 1, 4]):
            handled(
                session, MONDAY + timedelta(hours=number), UNIT, score=score, words="没人来看过"
            )
        lamps = "小区东门三盏路灯坏了半个月，晚上一片漆黑"
        handled(session, MONDAY, OTHER, score=1, words="电话打不通", text=lamps)
    return store


def test_low_ratings_of_a_unit_and_category_open_one_item(rated: Store):
    assert len(open_items(rated, LATER)) == 2
    assert open_items(rated, LATER) == []
    with rated.session(read_only=True) as session:
        rows, total = list_items(session, MANAGER)
        assert (total, [len(row.tickets) for row in rows]) == (2, [4, 1])


def test_a_further_low_rating_joins_the_open_item(rated: Store):
    open_items(rated, LATER)
    with rated.session() as session:
        handled(session, LATER, UNIT, score=2)
    assert open_items(rated, LATER + timedelta(days=3)) == []
    with rated.session(read_only=True) as session:
        assert len(list_items(session, MANAGER)[0][0].tickets) == 5


def test_an_item_is_worked_and_its_effect_followed(rated: Store):
    number = open_items(rated, LATER)[0]
    with rated.session() as session:
        take(session, number, "plan", handler(UNIT), "三日内上门，逐户回访", LATER)
        row = take(session, number, "finish", handler(UNIT), "已逐户上门", LATER)
        few = effect_of(session, row, LATER + timedelta(days=1))
        assert (few.before, few.after) == (pytest.approx(4 / 6), None)
        assert "还看不出效果" in few.text()
        for hour in range(6):
            handled(session, LATER + timedelta(hours=hour), UNIT, score=1 if hour == 0 else 5)
        seen = effect_of(session, row, LATER + timedelta(days=10))
        assert seen.after == pytest.approx(1 / 6)
        assert seen.text().startswith("差评率由整改前 60 天的 67%（4／6）下降到整改后 10 天的 17%")
        assert take(session, number, "close", MANAGER, "", LATER).state == CLOSED
        kinds = [entry.kind for entry in session.query(LedgerEntry).order_by(LedgerEntry.seq)]
        assert [kind for kind in kinds if kind.startswith("improvement")] == [
            "improvements_opened",
            "improvement_plan",
            "improvement_finish",
            "improvement_close",
        ]


def test_steps_out_of_turn_or_without_words_are_refused(rated: Store):
    number = open_items(rated, LATER)[0]
    with rated.session() as session:
        with pytest.raises(IllegalStep, match="待整改"):
            take(session, number, "close", MANAGER, "")
        with pytest.raises(InvalidInput):
            take(session, number, "finish", MANAGER, "  ")
        assert take(session, number, "finish", MANAGER, "已整改").state == DONE
        assert take(session, number, "again", MANAGER, "仍有差评").done_at is None


def test_a_unit_sees_only_its_own_items(rated: Store):
    number = open_items(rated, LATER)[0]
    with rated.session() as session:
        assert list_items(session, handler(OTHER))[1] == 1
        with pytest.raises(ImprovementNotFound):
            take(session, number, "plan", handler(OTHER), "不是我的")


def test_ratings_that_say_the_same_are_grouped(rated: Store):
    week = span_of("week", (MONDAY + timedelta(days=6)).date(), ZoneInfo("Asia/Shanghai"))
    with rated.session(read_only=True) as session:
        groups, singles = rating_groups(session, week, MANAGER)
        assert len(groups[0].ratings) == 6
        assert {one.words for one in groups[0].ratings} == {"没人来看过"}
        assert [one.words for one in singles] == ["电话打不通"]
        low, _ = rating_groups(session, week, MANAGER, low_only=True)
        assert len(low[0].ratings) == 4
