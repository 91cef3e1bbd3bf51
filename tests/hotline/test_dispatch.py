"""The dispatcher with the shipped models, over a real archive."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hotline.auto_dispatch import dispatch_if_sure, think_again
from hotline.city import load_city
from hotline.classifiers import ModelsUnusable, load_classifiers
from hotline.dispatch import Dispatcher, Question
from hotline.ledger import digest_of
from hotline.lifecycle import Actor, Role
from hotline.models import LedgerEntry
from hotline.replay import replay_since
from hotline.store import Store, open_store
from hotline.switches import turn
from hotline.tickets import close, dispatch, send_back, sign, start
from tests.hotline.hotline_cast import DISPATCHER, NOW

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
STALLS = "白云区棠溪村口每晚都有流动摊贩占道摆卖，公交车进不了站"


@pytest.fixture
def dispatcher(lite: Store) -> Dispatcher:
    return Dispatcher(lite.city, MODELS, lite)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, vault) -> Iterator[Dispatcher]:
    """A dispatcher over an empty archive, for tests that only read."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('reader') / 'a.db'}", vault=vault)
    yield Dispatcher(store.city, MODELS, store)
    store.close()


def _unseen() -> list[str]:
    with (load_city().folder / "messages" / "author_4.csv").open(encoding="utf-8") as file:
        return [row["text"] for row in csv.DictReader(file)]


def test_a_clear_matter_gets_category_place_unit_and_reasons(reader):
    found = reader.suggest(STALLS, now=NOW)
    assert found.categories[0].name == "城市管理/占道经营"
    assert len(found.categories) == 3
    assert (found.place.district, found.place.street) == ("白云区", "棠景街道")
    assert found.unit is not None
    assert found.unit.name == "白云区棠景街道办事处"
    assert found.evidence.duty is not None
    assert "街镇" in found.evidence.duty.clause
    assert found.evidence.duty.basis
    assert "棠景街道" in found.evidence.place
    assert any("摊" in one.word or "摆" in one.word for one in found.evidence.words)
    assert found.evidence.counter.endswith("。")
    assert 0 <= found.evidence.return_risk.probability <= 1
    assert found.digests.input == digest_of(STALLS)
    assert all(vars(found.digests).values())


def test_danger_goes_to_a_person_with_the_number_first(reader):
    found = reader.suggest("龙凤街楼道里有很重的煤气味，有人头晕", now=NOW)
    assert found.dial == "human"
    assert found.urgency.level == "紧急"
    assert found.safety is not None
    assert found.safety.advice.startswith(found.safety.phone)


def test_an_unknown_place_stays_unknown_and_keeps_it_from_going_off_unseen(reader):
    found = reader.suggest("门口的流动摊贩每晚占道摆卖，喇叭声很大", now=NOW)
    assert (found.place.district, found.place.street) == (None, None)
    assert found.dial != "auto"
    assert "没有写明地点" in found.evidence.place


def test_a_place_given_beside_the_text_decides(reader):
    found = reader.suggest("门口的流动摊贩每晚占道摆卖", place="天河区石牌街道石牌村", now=NOW)
    assert (found.place.district, found.place.street) == ("天河区", "石牌街道")
    assert found.unit is not None
    assert "石牌街道" in found.unit.name


def test_several_matters_are_told_apart(reader):
    text = "白云区棠溪村口大排档摆到马路上占道经营。另外，那里的路灯坏了半个月，晚上一片漆黑。"
    found = reader.suggest(text, now=NOW)
    assert {one.category for one in found.matters} == {"城市管理/占道经营", "城市管理/路灯与照明"}
    assert all(text[one.start : one.end] == one.text for one in found.matters)
    assert all(one.unit and one.unit.name for one in found.matters)


def test_the_order_of_a_batch_changes_nothing(reader):
    questions = [Question(text, now=NOW) for text in _unseen()[:60]]
    forward = reader.suggest_many(questions)
    backward = reader.suggest_many(questions[::-1])[::-1]
    assert forward == backward
    assert reader.suggest_many(questions[7:8]) == forward[7:8]


def test_threads_share_one_dispatcher(reader):
    texts = _unseen()[:40]
    alone = [reader.suggest(text, now=NOW) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: reader.suggest(text, now=NOW), texts))
    assert alone == together


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(text=st.text(min_size=1, max_size=300).filter(str.strip))
def test_any_text_gets_a_whole_suggestion(reader, text):
    found = reader.suggest(text, now=NOW)
    assert len(found.categories) == 3
    assert sum(one.probability for one in found.categories) <= 1.001
    assert found.unit is not None
    assert found.dial_reason.endswith("。")


@pytest.mark.parametrize("danger", ["楼下着火了，有人被困", "有人掉进河里快淹死了"])
def test_an_unrelated_sentence_never_takes_a_danger_away(reader, danger):
    assert reader.suggest(danger, now=NOW).safety is not None
    for other in ("另外想问社保怎么转。", "谢谢你们上次帮我修路灯。", "我家电费太贵了。"):
        assert reader.suggest(f"{danger}。{other}", now=NOW).safety is not None
        assert reader.suggest(f"{other}{danger}。", now=NOW).safety is not None


def test_an_unseen_author_is_read_as_well_as_promised(reader):
    with (load_city().folder / "messages" / "author_4.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    read = reader.suggest_many([Question(row["text"], now=NOW) for row in rows])
    first = sum(
        one.categories[0].name == row["category"] for one, row in zip(read, rows, strict=True)
    )
    within = sum(
        row["category"] in {each.name for each in one.categories}
        for one, row in zip(read, rows, strict=True)
    )
    assert first / len(rows) > 0.65
    assert within / len(rows) > 0.82
    sure = [(one, row) for one, row in zip(read, rows, strict=True) if one.confidence >= 0.97]
    right = sum(one.categories[0].name == row["category"] for one, row in sure)
    assert right >= 0.9 * len(sure)


def test_one_suggestion_takes_milliseconds(reader):
    texts = _unseen()[:50]
    reader.suggest(texts[0], now=NOW)
    began = time.process_time()
    for text in texts:
        reader.suggest(text, now=NOW)
    assert (time.process_time() - began) / len(texts) < 0.03


def _work(session, number, unit, *, back=False, now=NOW):
    handler = Actor("u", Role.UNIT_HANDLER, unit=unit)
    dispatch(session, number, DISPATCHER, None, unit_code=unit, now=now)
    sign(session, number, handler, None, now=now)
    if back:
        return send_back(session, number, handler, None, reason="不属于本单位职责", now=now)
    start(session, number, handler, None, now=now)
    return close(session, number, handler, None, reply="已清理并安排驻守", now=now)


def test_closed_tickets_become_neighbours_with_how_they_ended(lite, dispatcher, make):
    with lite.session() as session:
        old = make(session, STALLS, category="城市管理/占道经营", district="白云区")
        _work(session, old.number, "baiyun-tangjing", now=NOW + timedelta(days=2))
    dispatcher.refresh(NOW + timedelta(days=3))
    text = "棠溪村口流动摊贩又占道摆卖了，白云区的"
    near = dispatcher.suggest(text, now=NOW + timedelta(days=3)).evidence.neighbours
    assert [one.number for one in near] == [old.number]
    assert "用时 2 天" in near[0].outcome
    assert near[0].similarity > 0.3


def test_the_same_person_with_the_same_matter_is_a_repeat(lite, dispatcher, make):
    with lite.session() as session:
        first = make(session, STALLS, citizen_id="repeat", category="城市管理/占道经营")
    key = lite.vault.citizen_key("repeat")
    again = "棠溪村口的流动摊贩还是每晚占道摆卖，没有人管"
    soon = NOW + timedelta(days=5)
    assert dispatcher.suggest(again, now=soon, citizen_key=key).repeat_of == first.number
    assert dispatcher.suggest(again, now=soon, citizen_key="other").repeat_of is None
    late = NOW + timedelta(days=100)
    assert dispatcher.suggest(again, now=late, citizen_key=key).repeat_of is None
    other = dispatcher.suggest("想问公积金怎么提取", now=soon, citizen_key=key)
    assert other.repeat_of is None


def test_a_repeat_names_who_handled_it_and_goes_nowhere_else_unasked(lite, dispatcher, make):
    with lite.session() as session:
        first = make(session, STALLS, citizen_id="again", category="城市管理/占道经营")
        _work(session, first.number, "baiyun-chengguan")
    key = lite.vault.citizen_key("again")
    found = dispatcher.suggest(STALLS, now=NOW + timedelta(days=5), citizen_key=key)
    assert found.earlier is not None
    assert found.earlier.number == found.repeat_of == first.number
    assert found.earlier.unit is not None
    assert (found.earlier.unit.code, found.earlier.handler) == ("baiyun-chengguan", "u")
    assert found.earlier.status == "已办结"
    assert found.unit is not None
    assert found.unit.code != "baiyun-chengguan"
    assert found.dial != "auto"
    assert first.number in found.evidence.counter


def test_returns_change_who_is_suggested(lite, dispatcher, make):
    before = dispatcher.suggest(STALLS, now=NOW)
    assert before.unit is not None
    with lite.session() as session:
        for n in range(6):
            ticket = make(session, STALLS, citizen_id=f"c{n}", category="城市管理/占道经营",
                          district="白云区")  # fmt: skip
            _work(session, ticket.number, before.unit.code, back=True)
            _work(session, ticket.number, "baiyun-chengguan")
    dispatcher.refresh(NOW + timedelta(hours=1))
    after = dispatcher.suggest(STALLS, now=NOW)
    assert after.unit is not None
    assert after.unit.code == "baiyun-chengguan"
    assert after.dial != "auto"
    assert "退单" in after.evidence.counter


def test_a_returned_ticket_is_suggested_to_somebody_else_and_twice_to_nobody(
    lite, dispatcher, make
):
    with lite.session() as session:
        first = dispatcher.suggest(STALLS, now=NOW)
        assert first.unit is not None
        ticket = make(session, STALLS, suggestion=first.model_dump(mode="json"))
        ticket = _work(session, ticket.number, first.unit.code, back=True)
        ticket = think_again(session, ticket, NOW, dispatcher=dispatcher)
        assert ticket.suggested_unit not in {None, first.unit.code}
        assert ticket.dial in {"one_click", "human"}
        second = str(ticket.suggested_unit)
        ticket = _work(session, ticket.number, second, back=True)
        ticket = think_again(session, ticket, NOW, dispatcher=dispatcher)
        assert (ticket.final_review, ticket.dial) == (True, "human")
        assert ticket.suggested_unit not in {first.unit.code, second}
        kinds = session.scalars(select(LedgerEntry.kind)).all()
        assert kinds.count("suggest_again") == 2


def test_the_machine_dispatches_only_what_is_sure_and_only_when_switched_on(lite, make):
    sure = {
        "categories": [{"name": "城市管理/占道经营", "probability": 0.99}],
        "unit": {"code": "baiyun-tangjing", "name": "白云区棠景街道办事处"},
        "co_units": [], "confidence": 0.99, "dial": "auto", "dial_reason": "把握 99%。",
    }  # fmt: skip
    with lite.session() as session:
        waiting = dispatch_if_sure(session, make(session, suggestion=sure), NOW)
        assert waiting.status == "待派单"
        turn(session, off=False, reason="试点", actor="admin", now=NOW)
        sent = dispatch_if_sure(session, make(session, suggestion=sure), NOW)
        assert (sent.status, sent.unit_code) == ("已派单", "baiyun-tangjing")
        unsure = {**sure, "dial": "one_click"}
        assert dispatch_if_sure(session, make(session, suggestion=unsure), NOW).status == "待派单"
        turn(session, off=True, reason="暂停", actor="admin", now=NOW, category="城市管理/占道经营")
        closed = dispatch_if_sure(session, make(session, suggestion=sure), NOW)
        assert (closed.status, closed.dial) == ("待派单", "one_click")


def test_replay_shows_which_tickets_would_move(lite, dispatcher, make):
    reading = dispatcher.suggest(STALLS, now=NOW).model_dump(mode="json")
    wrong = {**reading, "unit": {"code": "gz-yibao", "name": "广州市医疗保障局"}}
    with lite.session() as session:
        make(session, STALLS, suggestion=reading, citizen_id="a")
        moved = make(session, STALLS, suggestion=wrong, citizen_id="b")
        make(session, STALLS, citizen_id="c")
    report = replay_since(lite, MODELS, NOW - timedelta(days=1))
    assert (report.tickets, report.unread) == (3, 1)
    assert [(one.number, one.before) for one in report.moved] == [(moved.number, "gz-yibao")]
    assert report.by_unit()[0][1:] in {(1, 0), (0, 1)}


def test_missing_and_damaged_models_say_what_to_do(tmp_path):
    with pytest.raises(ModelsUnusable, match="hotline train"):
        load_classifiers(tmp_path, load_city())
