"""What the dispatcher says, as the desk gets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from api.suggesting import Suggester
from hotline.models import LedgerEntry
from tests.api.desk_story import Caller

MODELS = Path(__file__).parents[2] / "models"
STALLS = "白云区棠溪村口每晚都有流动摊贩占道摆卖，公交车进不了站"


@pytest.fixture
def client(make_client):
    return make_client(models=MODELS)


def _handler_of(client, unit):
    from hotline.models import StaffUser

    with client.app.state.services.store.session() as session:
        session.scalars(
            select(StaffUser).where(StaffUser.username == "unit")
        ).one().unit_code = unit
    return Caller.staff(client, "unit")


def test_a_ticket_comes_to_the_desk_already_read(client):
    number = Caller.citizen(client).file(STALLS)["number"]
    detail = Caller.staff(client, "dispatcher").get(f"/v1/desk/tickets/{number}").json()
    assert detail["category"] == "城市管理/占道经营"
    assert (detail["district"], detail["place"]) == ("白云区", "棠溪村")
    assert detail["suggested_unit"]["name"] == "白云区棠景街道办事处"
    assert detail["dial"] == detail["suggestion"]["dial"]
    evidence = detail["suggestion"]["evidence"]
    assert evidence["duty"]["basis"]
    assert evidence["words"]
    assert evidence["counter"]


def test_a_text_can_be_read_without_a_ticket_and_the_ledger_knows(client):
    desk = Caller.staff(client, "dispatcher")
    read = desk.post("/v1/dispatch", {"text": STALLS}).json()
    assert read["unit"]["name"] == "白云区棠景街道办事处"
    with client.app.state.services.store.session(read_only=True) as session:
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "suggest")).one()
    assert read["digests"]["input"] in entry.content
    assert STALLS not in entry.content


def test_the_second_report_of_a_person_points_to_the_first(client):
    citizen, desk = Caller.citizen(client), Caller.staff(client, "dispatcher")
    first = citizen.file(STALLS)["number"]
    again = citizen.file("棠溪村口的流动摊贩还是每晚占道摆卖，没有人管")["number"]
    detail = desk.get(f"/v1/desk/tickets/{again}").json()
    assert detail["suggestion"]["repeat_of"] == first


def test_a_returned_ticket_comes_back_with_another_suggestion(client):
    number = Caller.citizen(client).file(STALLS)["number"]
    desk = Caller.staff(client, "dispatcher")
    suggested = desk.get(f"/v1/desk/tickets/{number}").json()["suggested_unit"]["code"]
    assert desk.step(number, "dispatch", unit_code=suggested).status_code == 200
    handler = _handler_of(client, suggested)
    assert handler.step(number, "sign").status_code == 200
    back = handler.step(number, "return", reason="属地不符", note="摊点在相邻街道")
    assert back.status_code == 200
    detail = desk.get(f"/v1/desk/tickets/{number}").json()
    assert detail["suggested_unit"]["code"] != suggested
    assert detail["suggestion"]["dial"] != "auto"
    assert detail["bounces"] == 1


def test_a_batch_comes_line_by_line_in_the_order_asked_and_the_ledger_has_each(client):
    desk = Caller.staff(client, "dispatcher")
    texts = [STALLS, "想问公积金怎么提取", "龙凤街楼道里有很重的煤气味"] * 20
    asked = [{"id": f"W{n}", "text": text} for n, text in enumerate(texts)]
    with client.stream(
        "POST",
        "/v1/dispatch/batch",
        json={"tickets": asked},
        headers={"Authorization": f"Bearer {desk.token}"},
    ) as answer:
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        lines = [json.loads(line) for line in answer.iter_lines()]
    assert [one["id"] for one in lines] == [one["id"] for one in asked]
    assert lines[0]["suggestion"]["unit"]["name"] == "白云区棠景街道办事处"
    assert lines[2]["suggestion"]["safety"]["phone"]
    with client.app.state.services.store.session(read_only=True) as session:
        entries = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "suggest")).all()
    assert len(entries) == len(asked)


def test_the_person_of_a_text_is_known_by_phone_and_the_earlier_ticket_names_its_handler(client):
    Caller.citizen(client).file(STALLS, phone="13912345678")
    desk = Caller.staff(client, "dispatcher")
    again = {"text": "棠溪村口的流动摊贩还是每晚占道摆卖，没有人管", "phone": "13912345678"}
    read = desk.post("/v1/dispatch", again).json()
    assert read["earlier"]["number"] == read["repeat_of"]
    assert desk.post("/v1/dispatch", {**again, "phone": "13912345679"}).json()["earlier"] is None


def test_automatic_dispatch_is_turned_by_managers_with_a_reason_and_shown_to_all(client):
    manager, desk = Caller.staff(client, "manager"), Caller.staff(client, "dispatcher")
    before = desk.get("/v1/dispatch/state").json()
    assert not before["on"]
    assert before["model"]["reason"] == "首次启用"
    on = manager.post("/v1/dispatch/auto", {"off": False, "reason": "本周试点"})
    assert (on.status_code, on.json()["on"], on.json()["why"]) == (200, True, "本周试点")
    one = {"off": True, "reason": "核对中", "category": "城市管理/占道经营"}
    closed = manager.post("/v1/dispatch/auto", one).json()["categories"]
    assert [(row["category"], row["closed"], row["why"]) for row in closed] == [
        ("城市管理/占道经营", True, "核对中")
    ]
    assert desk.post("/v1/dispatch/auto", one).status_code == 403
    unknown = manager.post("/v1/dispatch/auto", {**one, "category": "没有/这类"})
    assert unknown.status_code == 422
    assert manager.post("/v1/dispatch/auto", {"off": True, "reason": " "}).status_code == 422


def test_danger_is_told_even_when_no_model_can_read(client):
    desk = Caller.staff(client, "dispatcher")
    services = client.app.state.services
    object.__setattr__(services, "suggester", Suggester(None))
    danger = "家里煤气泄漏了，头很晕"
    refused = desk.post("/v1/dispatch", {"text": danger})
    assert refused.status_code == 503
    assert re.match(r"\d{3,}：", refused.json()["error"]["message"])
    asked = {"tickets": [{"id": "1", "text": danger}, {"id": "2", "text": "路灯不亮"}]}
    lines = [json.loads(line) for line in desk.post("/v1/dispatch/batch", asked).text.splitlines()]
    assert re.match(r"\d{3,}：", lines[0]["error"])
    assert lines[1]["error"] == "派单模型暂时不可用，请人工派单。"
