from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from analytics.consolidation import consolidate
from analytics.watching import watch
from tests.analytics.neighbourhood import file_alone, file_matter
from tests.api.desk_story import Caller


@pytest.fixture
def city_life(client: TestClient) -> TestClient:
    """Two matters of several people, one of them with a watch-word, and their alarms."""
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
