from __future__ import annotations

from datetime import timedelta

import pytest

from analytics.reply_check import ReplyChecker
from analytics.reply_desk import OFF_TOPIC, UNSOLVED, check_closed, doubtful
from hotline.errors import InvalidInput
from hotline.lifecycle import Actor, Role
from hotline.store import Store
from hotline.tickets import reopen
from tests.analytics.hotline_week import CITIZEN, MONDAY, STREETS, handled

AGENT = Actor("agent", Role.AGENT)
BUS = (
    "您好，关于公交787路的班次，公司已对该线路客流进行调查。经核实，高峰期间隔为十二分钟，"
    "根据客流情况暂不增加车辆，建议您换乘其他线路出行，感谢您对公交工作的支持。"
)
GRILL = (
    "您好，经现场核实，楼下烧烤店确有占道经营、桌子摆满人行道的情况。根据《广州市市容环境卫生管理规定》，"
    "执法人员已责令店家清理桌椅，已于3月3日整改完成，我街将在本月内每晚巡查。感谢您的支持。"
)
MESSAGE = "楼下烧烤店占道经营，桌子摆满人行道"


@pytest.fixture(scope="module")
def checker() -> ReplyChecker:
    return ReplyChecker.load()


def failing(checker: ReplyChecker, reply: str, message: str = MESSAGE) -> set[str]:
    return {point.name for point in checker.check(message, reply).points if not point.ok}


def test_a_good_reply_passes_every_point(checker: ReplyChecker):
    assert failing(checker, GRILL) == set()


def test_a_reply_to_something_else_is_off_topic(checker: ReplyChecker):
    found = checker.check(MESSAGE, BUS)
    assert found.off_topic
    assert "对题" in failing(checker, BUS)


def test_a_promise_without_a_date_is_quoted(checker: ReplyChecker):
    found = checker.check(
        MESSAGE, GRILL.replace("我街将在本月内每晚巡查", "下一步我街将督促店家整改")
    )
    promise = next(point for point in found.points if point.name == "承诺有期限")
    assert not promise.ok
    assert "下一步我街将督促店家整改" in promise.say


def test_a_matter_left_out_and_a_harsh_tone_are_named(checker: ReplyChecker):
    two = "一、楼下烧烤店占道经营，桌子摆满人行道。二、小区东门路灯坏了半个月没有人修。"
    assert "全部回应" in failing(checker, GRILL, two)
    assert "语气" in failing(checker, GRILL + "此事已多次告知，请勿重复投诉。")


def test_closings_in_doubt_are_listed_for_the_callback_team(store: Store, checker: ReplyChecker):
    passed_on = "您好，您的留言已收悉，已转城管部门处理。"
    with store.session() as session:
        good = handled(session, MONDAY, reply=GRILL, score=5).number
        off = handled(session, MONDAY, reply=BUS).number
        passed = handled(session, MONDAY, reply=passed_on, score=1).number
        again = handled(session, MONDAY, reply=GRILL).number
        reopen(session, again, CITIZEN, reason="还在占道", now=MONDAY + timedelta(days=3))
    now = MONDAY + timedelta(days=4)
    assert check_closed(store, checker, now) == 4
    assert check_closed(store, checker, now) == 0
    with store.session(read_only=True) as session:
        missed = doubtful(session, AGENT, OFF_TOPIC, MONDAY)
        assert [ticket.number for ticket, _ in missed.items] == [off]
        unsolved = doubtful(session, AGENT, UNSOLVED, MONDAY)
        told = {ticket.number: row.signs for ticket, row in unsolved.items}
        assert told[passed] == ["答复只说已转办", "市民评价 1 分"]
        assert told[again] == ["市民已申请重办"]
        assert good not in told
        assert unsolved.items[0][0].number == passed
        handler = Actor("unit", Role.UNIT_HANDLER, unit=STREETS[1])
        assert doubtful(session, handler, UNSOLVED, MONDAY).total == 0
        with pytest.raises(InvalidInput):
            doubtful(session, AGENT, "other", MONDAY)
