"""The dial, the promise, what returns teach, and the switches, on figures made for the purpose."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hotline import ledger
from hotline.city import load_city
from hotline.dial import Doubts, set_dial
from hotline.models import LedgerEntry
from hotline.promise import Audit, audit, keep_promise
from hotline.return_history import ReturnHistory, load_history
from hotline.switches import Switches, load_switches, turn
from hotline.thresholds import NEVER, Thresholds, fit_thresholds
from hotline.tickets import close, dispatch, send_back, sign, start
from hotline.units_for import UnitFinder
from hotline.urgency import judge_urgency
from nlu.safety import Danger
from nlu.times import find_times
from tests.hotline.hotline_cast import NOW, OTHER_UNIT, UNIT

CATEGORY = "城市管理/占道经营"
THRESHOLDS = Thresholds(
    model="m", trust=(0.0, 1.0, 0.0, 0.0), auto=0.95, one_click=0.5, covered=0.3,
    unit_accuracy=0.8, calibration_error=0.02, rows=100, by_category={"甲/乙": 0.99},
)  # fmt: skip


def _dial(confidence, category=CATEGORY, switches=None, **doubts):
    return set_dial(category, confidence, Doubts(**doubts), THRESHOLDS, switches or Switches())


def test_the_dial_goes_auto_only_when_nothing_speaks_against_it():
    assert _dial(0.96)[0] == "auto"
    assert _dial(0.94)[0] == "one_click"
    assert _dial(0.49)[0] == "human"
    assert _dial(0.96, "甲/乙")[0] == "one_click"
    assert _dial(0.96, place="没有写明在哪个区")[0] == "one_click"
    assert _dial(0.96, conflict="规则与模型不一致")[0] == "one_click"
    assert _dial(0.90, conflict="规则与模型不一致")[0] == "human"
    assert _dial(0.999, danger="火灾")[0] == "human"
    assert _dial(0.96, refused=1)[0] == "one_click"
    assert _dial(0.99, refused=2)[0] == "human"


def test_a_closed_category_waits_for_a_click_and_says_why():
    dial, why = _dial(0.97, switches=Switches(closed={CATEGORY: "近 90 天低于承诺"}))
    assert dial == "one_click"
    assert "低于承诺" in why


@given(st.floats(0, 1), st.booleans(), st.booleans(), st.booleans())
def test_a_doubt_never_makes_the_dial_more_daring(confidence, danger, conflict, place):
    order = ["human", "one_click", "auto"]
    doubtful, why = _dial(
        confidence,
        danger="火灾" if danger else "",
        conflict="不一致" if conflict else "",
        place="不明" if place else "",
    )
    assert order.index(doubtful) <= order.index(_dial(confidence)[0])
    assert why.endswith("。")


def test_thresholds_keep_the_promise_on_the_rows_they_were_chosen_on():
    dice = np.random.default_rng(0)
    share = dice.uniform(0.05, 0.999, 2000)
    right = dice.random(2000) < share
    figures = [(float(one), float(one), float((1 - one) / 2)) for one in share]
    authors = ["a" if n % 2 else "b" for n in range(2000)]
    names = [f"类/{n % 7}" for n in range(2000)]
    found = fit_thresholds("digest", figures, right, names, authors)
    sure = np.array([found.confidence(*one) for one in figures])
    lines = np.array([found.auto_for(name) for name in names])
    chosen = sure >= lines
    assert chosen.sum() > 50
    assert right[chosen].mean() >= 0.97
    assert found.calibration_error < 0.05
    assert found.one_click <= found.auto <= NEVER


def test_thresholds_of_another_model_are_refused(tmp_path):
    THRESHOLDS.save(tmp_path)
    assert Thresholds.load(tmp_path, "m").auto == THRESHOLDS.auto
    with pytest.raises(ValueError, match="另一个分类模型"):
        Thresholds.load(tmp_path, "other")
    (tmp_path / "dial.json").write_text("{")
    with pytest.raises(ValueError, match="hotline train"):
        Thresholds.load(tmp_path, "m")


@pytest.mark.parametrize(
    ("decided", "right", "broken"),
    [(0, 0, False), (20, 20, False), (20, 19, False), (20, 17, True), (50, 46, True),
     (100, 98, False), (100, 97, True), (200, 198, False)],
)  # fmt: skip
def test_a_promise_breaks_when_errors_are_too_many_to_be_chance(decided, right, broken):
    assert Audit(CATEGORY, decided, right).breaks(0.98) is broken


def _sure(category=CATEGORY, unit=UNIT):
    name = load_city().unit(unit).name
    return {
        "categories": [{"name": category, "probability": 0.99}],
        "unit": {"code": unit, "name": name},
        "confidence": 0.99,
        "dial": "auto",
    }


def _desk(code):
    from hotline.lifecycle import Actor, Role

    return Actor("u", Role.UNIT_HANDLER, unit=code)


def _give(session, ticket, code, now, *, refused_by=None):
    """Let a ticket be closed by ``code``, if wished after another unit has sent it back."""
    from tests.hotline.hotline_cast import DISPATCHER

    number = ticket.number
    if refused_by:
        dispatch(session, number, DISPATCHER, None, unit_code=refused_by, now=now, reason="核定")
        sign(session, number, _desk(refused_by), None, now=now)
        send_back(session, number, _desk(refused_by), None, reason="不属于本单位职责", now=now)
    dispatch(session, number, DISPATCHER, None, unit_code=code, now=now, reason="核定")
    sign(session, number, _desk(code), None, now=now)
    start(session, number, _desk(code), None, now=now)
    close(session, number, _desk(code), None, reply="已处理", now=now)


def test_automatic_dispatch_closes_a_category_whose_promise_is_broken(store, make):
    with store.session() as session:
        for n in range(12):
            ticket = make(session, suggestion=_sure(), citizen_id=f"c{n}")
            _give(session, ticket, UNIT if n < 8 else OTHER_UNIT, NOW,
                  refused_by=None if n < 8 else UNIT)  # fmt: skip
        later = NOW + timedelta(hours=1)
        assert [(one.decided, one.right) for one in audit(session, later)] == [(12, 8)]
        assert [one.category for one in keep_promise(session, 0.98, later)] == [CATEGORY]
        assert keep_promise(session, 0.98, later) == []
        assert CATEGORY in load_switches(session).closed
        kinds = session.scalars(select(LedgerEntry.kind)).all()
        assert kinds.count("switch") == 1
        assert ledger.verify(session).ok


def test_a_category_opened_again_is_judged_only_by_what_came_since(lite, make):
    with lite.session() as session:
        for n in range(12):
            ticket = make(session, suggestion=_sure(), citizen_id=f"c{n}")
            _give(session, ticket, OTHER_UNIT, NOW, refused_by=UNIT)
        later = NOW + timedelta(days=1)
        assert keep_promise(session, 0.98, later)
        turn(session, off=False, reason="已查明原因", actor="admin", now=later, category=CATEGORY)
        assert CATEGORY not in load_switches(session).closed
        assert keep_promise(session, 0.98, later + timedelta(hours=1)) == []


def test_automatic_dispatch_is_off_until_somebody_turns_it_on(lite):
    with lite.session() as session:
        assert not load_switches(session).on
        turn(session, off=False, reason="试点", actor="admin", now=NOW)
        assert load_switches(session).on
        turn(session, off=True, reason="有误派", actor="admin", now=NOW)
        assert (load_switches(session).on, load_switches(session).why) == (False, "有误派")


def test_returns_move_tickets_from_who_refuses_to_who_closes(store, make):
    with store.session() as session:
        for n in range(4):
            ticket = make(session, citizen_id=f"c{n}", category=CATEGORY, district="天河区")
            _give(session, ticket, OTHER_UNIT, NOW, refused_by=UNIT)
        history = load_history(session, NOW + timedelta(hours=1))
    flow = history.flow(UNIT, CATEGORY, "天河区")
    assert flow == {OTHER_UNIT: pytest.approx(4 / 6)}
    assert history.flow(OTHER_UNIT, CATEGORY, "天河区") == {}
    assert history.flow(UNIT, CATEGORY, "海珠区") == {}
    assert history.usual_reason(UNIT, CATEGORY) == "不属于本单位职责"
    assert history.risk(UNIT, CATEGORY)[0] > 0.4 > history.risk(OTHER_UNIT, CATEGORY)[0]


def test_one_return_among_many_closings_moves_little():
    key = (UNIT, CATEGORY, "天河区")
    history = ReturnHistory(
        closed=Counter({key: 97}),
        returned=Counter({key: 1}),
        moved={((CATEGORY, "天河区"), UNIT): Counter({OTHER_UNIT: 1})},
    )
    assert history.flow(UNIT, CATEGORY, "天河区")[OTHER_UNIT] == pytest.approx(0.01)
    assert history.risk(UNIT, CATEGORY)[0] < 0.03


@given(st.integers(0, 500), st.integers(0, 500))
def test_risk_is_a_probability_and_grows_with_returns(closed, returned):
    def risk(back):
        counts = Counter({(UNIT, CATEGORY, ""): back})
        return ReturnHistory(Counter({(UNIT, CATEGORY, ""): closed}), counts).risk(UNIT, CATEGORY)

    assert 0 <= risk(returned)[0] <= risk(returned + 1)[0] <= 1


def test_the_operator_a_text_names_goes_before_its_regulator():
    city = load_city()
    category = "公用事业/通信与网络"
    finder = UnitFinder(city, [category, CATEGORY])
    certain = np.array([0.99, 0.01], dtype=np.float32)
    named = finder.candidates(certain, None, None, "中国移动的宽带断了三天")[0]
    assert (named.unit.code, named.named) == ("gz-yidong", "中国移动")
    assert finder.candidates(certain, None, None, "宽带断了三天")[0].unit.code == "gz-tongguan"
    both = "从中国移动转到中国电信，号码丢了"
    assert finder.candidates(certain, None, None, both)[0].unit.code == "gz-tongguan"


@given(st.lists(st.floats(0.01, 1), min_size=100, max_size=100))
def test_unit_probabilities_never_exceed_one_and_fall(shares):
    city = load_city()
    labels = list(city.categories)[:100]
    probabilities = np.array(shares[: len(labels)], dtype=np.float32)
    probabilities /= probabilities.sum()
    found = UnitFinder(city, labels).candidates(probabilities, "天河区", "石牌街道", "无")
    values = [one.probability for one in found]
    assert values == sorted(values, reverse=True)
    assert sum(values) <= 1.001


def test_urgency_is_danger_first_then_deadline_then_the_model():
    calm = [("一般", 0.9), ("较急", 0.08), ("紧急", 0.02)]
    danger = Danger("火灾", "119", "119：请先撤离。", ["着火"])
    assert judge_urgency(calm, danger, "着火了", [], NOW)[0] == "紧急"
    text = "材料今天下午五点前必须交，窗口没人"
    level, reasons = judge_urgency(calm, None, text, find_times(text, NOW), NOW)
    assert level == "较急"
    assert "期限" in reasons[0]
    assert judge_urgency(calm, None, "路灯不亮", [], NOW)[0] == "一般"
    pressing = [("较急", 0.7), ("一般", 0.3), ("紧急", 0.0)]
    assert judge_urgency(pressing, None, "路灯不亮", [], NOW)[0] == "较急"


def test_a_threshold_nobody_reaches_never_goes_auto():
    never = replace(THRESHOLDS, auto=NEVER)
    dial, why = set_dial(CATEGORY, 1.0, Doubts(), never, Switches())
    assert dial == "one_click"
    assert "还没有可靠" in why
