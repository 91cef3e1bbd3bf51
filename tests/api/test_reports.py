"""Briefs, fair comparison, ratings, improvement items and doubtful closings over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from analytics.improvements import open_items
from hotline.staff import add_user
from hotline.tickets import Role
from tests.analytics.hotline_week import STREETS, handled
from tests.api.desk_story import Caller


@pytest.fixture
def busy(client: TestClient) -> TestClient:
    """Two weeks of handled tickets, every third rated low, and their improvement items."""
    store, now = client.app.state.services.store, datetime.now(UTC)
    with store.session() as session:
        for number in range(12):
            score = 1 if number % 3 == 0 else 5
            at = now - timedelta(days=9, hours=number)
            handled(session, at, STREETS[0], score=score, words="没有解决" if score == 1 else "")
        add_user(session, "panyu", "番禺", "demo-panyu", Role.MANAGER, scope="番禺区", demo=True)
    open_items(store, now)
    return client


def test_a_brief_is_made_kept_and_handed_out(busy: TestClient):
    manager = Caller.staff(busy, "manager")
    made = manager.post("/v1/briefs", {"period": "week"})
    assert made.status_code == 200, made.text
    brief = made.json()
    assert brief["title"] == "广州市市民诉求周报"
    assert manager.get("/v1/briefs").json()["items"][0]["digest"] == brief["digest"]
    assert manager.get(f"/v1/briefs/{brief['id']}").json()["summary"] == brief["summary"]
    file = manager.get(f"/v1/briefs/{brief['id']}/file?form=pdf")
    assert file.content.startswith(b"%PDF")
    assert file.headers["content-type"] == "application/pdf"
    assert "attachment" in file.headers["content-disposition"]
    phone = manager.get(f"/v1/briefs/{brief['id']}/file?form=txt").text
    assert phone.startswith("【广州市市民诉求周报】")
    today = datetime.now(UTC) + timedelta(days=2)
    late = manager.post("/v1/briefs", {"period": "week", "until": today.date().isoformat()})
    assert (late.status_code, late.json()["error"]["code"]) == (422, "invalid_input")


def test_a_district_gets_its_own_brief_and_no_others(busy: TestClient):
    city = Caller.staff(busy, "manager").post("/v1/briefs", {}).json()
    panyu = Caller.staff(busy, "panyu")
    own = panyu.post("/v1/briefs", {"district": "天河区"}).json()
    assert own["district"] == "番禺区"
    assert panyu.get(f"/v1/briefs/{city['id']}").json()["error"]["code"] == "brief_not_found"
    assert panyu.get("/v1/briefs").json()["total"] == 1
    assert Caller.staff(busy, "agent").get("/v1/briefs").status_code == 403


def test_indicators_and_comparison_carry_their_queries(busy: TestClient):
    manager = Caller.staff(busy, "manager")
    board = manager.get("/v1/indicators?days=14").json()
    figures = {one["code"]: one for one in board["figures"]}
    assert figures["closed"]["value"] == 12
    assert "closed" in figures["closed"]["query"]
    year = manager.get("/v1/indicators?days=200").json()["figures"]
    assert {one["source"] for one in year} == {"rollups"}
    compared = manager.get("/v1/units/comparison?kind=street").json()
    assert compared["units"][0]["measures"]["satisfied"]["exposed"] == 12
    assert "间接标准化" in compared["method"]


def test_improvement_items_are_worked_over_http(busy: TestClient):
    manager = Caller.staff(busy, "manager")
    words = manager.get("/v1/ratings?days=30&low_only=true").json()
    assert words["groups"][0]["count"] == 4
    item = manager.get("/v1/improvements").json()["items"][0]
    assert len(item["tickets"]) == 4
    path = f"/v1/improvements/{item['id']}"
    assert manager.post(f"{path}/plan", {"text": "逐户回访"}).json()["state"] == "planned"
    done = manager.post(f"{path}/finish", {"text": "已逐户回访"}).json()
    assert done["effect"]["low_before"] == 4
    assert manager.post(f"{path}/plan", {"text": "再来"}).status_code == 409
    assert manager.post(f"{path}/close", {}).json()["state_text"] == "已销号"
    assert manager.get("/v1/improvements/99999").status_code == 404
    unit = Caller.staff(busy, "unit")
    assert unit.post(f"{path}/close", {}).status_code == 403


def test_doubtful_closings_are_for_the_callback_team(busy: TestClient):
    agent = Caller.staff(busy, "agent")
    page = agent.get("/v1/replies/doubtful?kind=unsolved").json()
    assert page["kind_text"] == "未解决就办结"
    assert Caller.staff(busy, "unit").get("/v1/replies/doubtful").status_code == 403
