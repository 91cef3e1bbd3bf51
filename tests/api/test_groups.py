from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from analytics.consolidation import consolidate
from analytics.watching import watch
from tests.analytics.neighbourhood import file_alone, file_matter
from tests.api.desk_story import Caller


@pytest.fixture
def city_life(make_client: Callable[..., TestClient]) -> TestClient:
    """Two matters of several people, one of them with a watch-word, and their alarms."""
    client = make_client(demo_unit="tianhe-shipai")
    now = datetime.now(UTC)
    store = client.app.state.services.store
    with store.session() as session:
        file_alone(session, now - timedelta(days=4))
        file_matter(session, "mixer", now - timedelta(days=3))
        file_matter(session, "parking", now - timedelta(days=2))
        for ticket in file_matter(session, "school", now - timedelta(hours=8)):
            ticket.text += "，昨天又有人高空抛物"
    consolidate(store, now)
    watch(store, now)
    return client


def hottest(manager: Caller) -> dict:
    return manager.get("/v1/groups").json()["items"][0]


def test_a_manager_sees_the_hottest_groups_first(city_life: TestClient):
    manager = Caller.staff(city_life, "manager")
    page = manager.get("/v1/groups").json()
    assert page["total"] == 3
    heats = [item["heat"] for item in page["items"]]
    assert heats == sorted(heats, reverse=True)
    first = manager.get(f"/v1/groups/{page['items'][0]['id']}").json()
    assert first["tickets"] == len(first["items"])
    assert len(first["messages"]) == 3
    assert "热度 =" in first["heat_formula"]
    assert first["events"][0]["event"] == "born"
    assert "138" not in "".join(message["text"] for message in first["messages"])


def test_merge_rename_and_follow_over_http(city_life: TestClient):
    manager = Caller.staff(city_life, "manager")
    one, other = [item["id"] for item in manager.get("/v1/groups").json()["items"][:2]]
    merged = manager.post(f"/v1/groups/{one}/merge", {"groups": [other]}).json()
    assert merged["tickets"] == 11
    renamed = manager.post(f"/v1/groups/{one}/rename", {"title": "搅拌站与车位专案"}).json()
    assert renamed["title"] == "搅拌站与车位专案"
    assert manager.post(f"/v1/groups/{one}/follow", {"on": True}).json()["followed"] is True
    assert manager.post(f"/v1/groups/{one}/follow", {"on": False}).json()["followed"] is False
    gone = manager.get(f"/v1/groups/{other}").json()
    assert (gone["state"], gone["merged_into"]) == ("merged", one)


def test_split_returns_the_new_group(city_life: TestClient):
    manager = Caller.staff(city_life, "manager")
    first = manager.get(f"/v1/groups/{hottest(manager)['id']}").json()
    out = [row["number"] for row in first["items"][:2]]
    fresh = manager.post(f"/v1/groups/{first['id']}/split", {"tickets": out}).json()
    assert sorted(row["number"] for row in fresh["items"]) == sorted(out)
    refused = manager.post(f"/v1/groups/{first['id']}/split", {"tickets": out})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "invalid_input")


def test_an_unknown_group_or_order_is_answered_in_the_one_shape(city_life: TestClient):
    manager = Caller.staff(city_life, "manager")
    missing = manager.get("/v1/groups/none")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "group_not_found")
    assert manager.get("/v1/groups?order=colour").status_code == 422


def test_an_alarm_is_worked_to_its_end(city_life: TestClient):
    manager = Caller.staff(city_life, "manager")
    alarms = manager.get("/v1/alarms").json()["items"]
    alarm = next(one for one in alarms if one["kind"] == "word")
    assert "高空抛物" in alarm["sentence"]
    path = f"/v1/alarms/{alarm['id']}"
    assert manager.post(f"{path}/acknowledge", {}).json()["state"] == "acknowledged"
    nobody = manager.post(f"{path}/assign", {"unit_code": "no-such-unit"})
    assert nobody.status_code == 422
    given = manager.post(f"{path}/assign", {"unit_code": alarm["unit_code"]}).json()
    assert given["assigned_to"] == alarm["unit_code"]
    assert manager.post(f"{path}/act", {"note": "已上门提醒"}).json()["note"] == "已上门提醒"
    assert manager.post(f"{path}/close", {}).json()["state_text"] == "已关闭"
    again = manager.post(f"{path}/act", {})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "illegal_step")
    assert manager.post("/v1/alarms/99999/close", {}).status_code == 404


def test_an_agent_looks_but_does_not_steer(city_life: TestClient):
    agent = Caller.staff(city_life, "agent")
    first = hottest(agent)
    assert agent.post(f"/v1/groups/{first['id']}/rename", {"title": "改名"}).status_code == 403


def test_a_warning_opens_with_its_tickets_and_keeps_who_did_what(city_life: TestClient):
    manager = Caller.staff(city_life, "manager")
    alarm = manager.get("/v1/alarms?kind=word").json()["items"][0]
    path = f"/v1/alarms/{alarm['id']}"
    manager.post(f"{path}/acknowledge", {"note": "已通知值班"})
    manager.post(f"{path}/close", {"note": "核查属实，已清理", "false_alarm": False})
    opened = manager.get(path).json()
    assert len(opened["tickets"]) == alarm["observed"]
    assert [(done["step"], done["note"]) for done in opened["steps"]] == [
        ("acknowledge", "已通知值班"),
        ("close", "核查属实，已清理"),
    ]
    verdicts = manager.get("/v1/alarms").json()["verdicts"]
    assert verdicts["true"] == 1
    assert verdicts["false"] == 0
    assert manager.get("/v1/alarms/99999").status_code == 404


def test_the_next_seven_days_are_foreseen(city_life: TestClient):
    manager = Caller.staff(city_life, "manager")
    week = manager.get("/v1/forecast").json()
    assert len(week["days"]) == 7
    assert all(day["low"] <= day["expected"] <= day["high"] for day in week["days"])
    assert week["promise"] == 0.9
    assert manager.get("/v1/forecast?category=没有这类").json()["days"][0]["expected"] < 0.5


def test_recurrence_and_steps_for_a_whole_group_are_reached_by_the_api(city_life: TestClient):
    manager = Caller.staff(city_life, "manager")
    group = hottest(manager)["id"]
    body = {"unit_code": "tianhe-shipai", "reason": "同一件事，一并办理"}
    done = manager.post(f"/v1/groups/{group}/dispatch", body).json()
    assert all(one["done"] for one in done["outcomes"])
    assert done["group"]["states"][0]["name"] == "已派单"
    handler = Caller.staff(city_life, "unit")
    reply = {"reply": "经现场核查，已责令夜间停工，今后加强巡查。"}
    answered = handler.post(f"/v1/groups/{group}/close", reply)
    assert len(answered.json()["outcomes"]) == len(done["outcomes"]), answered.text
    assert answered.json()["group"]["states"][0]["name"] == "已办结"
    again = manager.get("/v1/groups/recurrence?days=30").json()
    assert "30 天" in again["definition"]
