"""Accounts, switches, the ledger and the city's files over HTTP."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.watching import watch
from hotline.switches import ALARMS, why_off
from tests.api.desk_story import Caller

CITY = Path(__file__).parents[2] / "city"


@pytest.fixture
def admin(client):
    return Caller.staff(client, "admin")


def account(**fields):
    return {"username": "li.si", "name": "李四", "role": "dispatcher", **fields}


def sign_in(client, username, password):
    return client.post("/v1/session", json={"username": username, "password": password})


def test_an_account_is_made_scoped_closed_and_opened(client, admin):
    made = admin.post("/v1/admin/users", account(scope="天河区")).json()
    opened = sign_in(client, "li.si", made["password"])
    assert opened.json()["user"]["scope"] == "天河区"
    clerk = Caller(client, opened.json()["token"])
    here = Caller.citizen(client).file("天河区石牌东路路灯坏了")["number"]
    there = Caller.citizen(client).file("越秀区北京路路灯坏了")["number"]
    assert clerk.get(f"/v1/desk/tickets/{there}").status_code == 404
    numbers = [row["number"] for row in clerk.get("/v1/desk/tickets").json()["items"]]
    assert there not in numbers
    assert (here in numbers) == (clerk.get(f"/v1/desk/tickets/{here}").status_code == 200)
    fields = {"name": "李四", "role": "dispatcher", "scope": "越秀区", "active": False}
    assert admin.post("/v1/admin/users/li.si/change", fields).status_code == 200
    assert clerk.get("/v1/session").status_code == 401
    assert sign_in(client, "li.si", made["password"]).status_code == 401
    admin.post("/v1/admin/users/li.si/change", {**fields, "active": True})
    again = sign_in(client, "li.si", made["password"])
    assert again.json()["user"]["scope"] == "越秀区"


def test_a_reset_ends_sign_ins_and_only_the_new_password_works(client, admin):
    made = admin.post("/v1/admin/users", account()).json()
    clerk = Caller(client, sign_in(client, "li.si", made["password"]).json()["token"])
    fresh = admin.post("/v1/admin/users/li.si/password").json()["password"]
    assert clerk.get("/v1/session").status_code == 401
    assert sign_in(client, "li.si", made["password"]).status_code == 401
    assert sign_in(client, "li.si", fresh).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"username": "李四"}, {"role": "citizen"}, {"role": "unit_handler"},
        {"unit_code": "none"}, {"scope": "没有区"}, {"username": "agent"},
    ],
)  # fmt: skip
def test_an_account_that_makes_no_sense_is_refused(admin, fields):
    assert admin.post("/v1/admin/users", account(**fields)).status_code == 422


def test_answers_off_hands_citizens_over_and_still_answers_staff_and_danger(client, admin):
    question = {"question": "居住证怎么办"}
    assert client.post("/v1/answers", json=question).json()["outcome"] == "answered"
    turned = admin.post("/v1/admin/switches/answers", {"off": True, "reason": "政策刚刚调整"})
    assert turned.json()["off"]
    assert client.post("/v1/answers", json=question).json()["outcome"] == "handed_over"
    said = Caller.citizen(client).say("居住证怎么办")
    assert any("暂停" in reply["text"] for reply in said["replies"])
    assert any(
        "登记" in button["title"] for reply in said["replies"] for button in reply["buttons"]
    )
    assert admin.post("/v1/answers", question).json()["outcome"] == "answered"
    danger = client.post("/v1/answers", json={"question": "家里煤气泄漏了怎么办"}).json()
    assert danger["outcome"] == "emergency"
    admin.post("/v1/admin/switches/answers", {"off": False, "reason": "已查清，恢复使用"})
    assert client.post("/v1/answers", json=question).json()["outcome"] == "answered"
    kinds = admin.get("/v1/admin/ledger?kind=switch").json()["items"]
    assert [line["facts"]["off"] for line in kinds] == [False, True]


def test_no_alarm_is_raised_while_alarms_are_off(client, admin):
    citizen = Caller.citizen(client)
    for floor in range(1, 9):
        text = f"天河区石牌东路{floor}号楼有人高空抛物，砸到楼下行人。"
        citizen.file(text, phone=f"1380000{floor:04d}")
    store = client.app.state.services.store
    turn = {"off": True, "reason": "系统维护期间"}
    assert admin.post("/v1/admin/switches/alarms", turn).status_code == 200
    with store.session(read_only=True) as session:
        assert why_off(session, ALARMS) == "系统维护期间"
    assert watch(store, datetime.now(UTC)).raised == []
    admin.post("/v1/admin/switches/alarms", {"off": False, "reason": "维护结束，恢复"})
    assert watch(store, datetime.now(UTC)).raised


def test_a_switch_needs_a_reason_and_a_name(admin):
    assert admin.post("/v1/admin/switches/answers", {"off": True, "reason": "x"}).status_code == 422
    turn = {"off": True, "reason": "没有这个开关"}
    assert admin.post("/v1/admin/switches/none", turn).status_code == 404


def test_the_ledger_is_searched_by_kind_actor_ticket_words_and_day(client, admin):
    number = Caller.citizen(client).file()["number"]
    Caller.staff(client, "dispatcher").step(number, "supervise", note="请尽快派出")
    found = admin.get(f"/v1/admin/ledger?ticket={number.lower()}").json()["items"]
    assert found[0]["kind"] == "supervise"
    assert {line["ticket"] for line in found} == {number}
    by_actor = admin.get("/v1/admin/ledger?actor=dispatcher&kind=supervise").json()
    assert [line["ticket"] for line in by_actor["items"]] == [number]
    assert "supervise" in by_actor["kinds"]
    words = admin.get(f"/v1/admin/ledger?q={number}").json()["items"]
    assert {line["ticket"] for line in words} == {number}
    assert admin.get("/v1/admin/ledger?first=2000-01-01&last=2000-01-02").json()["items"] == []
    page = admin.get("/v1/admin/ledger?size=1").json()
    following = admin.get(f"/v1/admin/ledger?size=1&before={page['following']}").json()
    assert following["items"][0]["seq"] == page["items"][0]["seq"] - 1
    assert admin.get("/v1/admin/ledger/proof").json()["ok"]


@pytest.fixture
def own_city(make_client, tmp_path):
    folder = tmp_path / "city"
    shutil.copytree(CITY, folder)
    client = make_client(city=folder)
    return client, Caller.staff(client, "admin"), folder


def test_an_edited_unit_is_in_force_at_once_and_taken_back(own_city):
    _, admin, folder = own_city
    opened = admin.get("/v1/admin/city/units.yml").json()
    content = opened["content"].replace("name: 广州市科学技术局", "name: 广州市科学技术和创新局")
    review = admin.post("/v1/admin/city/units.yml/check", {"content": content}).json()
    assert review["problems"] == []
    assert any(line.startswith("+") and "创新局" in line for line in review["difference"])
    edit = {"content": content, "digest": opened["digest"], "reason": "机构改革或更名"}
    saved = admin.post("/v1/admin/city/units.yml", edit)
    assert saved.status_code == 200, saved.text
    assert [row["reason"] for row in saved.json()["versions"]] == [
        "机构改革或更名", "在文件夹里直接改的",
    ]  # fmt: skip
    names = {unit["name"] for unit in admin.get("/v1/desk/reference").json()["units"]}
    assert "广州市科学技术和创新局" in names
    stale = admin.post("/v1/admin/city/units.yml", {**edit, "content": content + "\n"})
    assert stale.status_code == 409
    first = saved.json()["versions"][-1]["id"]
    old = admin.get(f"/v1/admin/city/units.yml/versions/{first}").json()["content"]
    back = {"content": old, "digest": saved.json()["digest"], "reason": "更正错误"}
    assert admin.post("/v1/admin/city/units.yml", back).status_code == 200
    assert (folder / "units.yml").read_text(encoding="utf-8") == opened["content"]
    edits = admin.get("/v1/admin/ledger?kind=city_edited").json()["items"]
    assert [line["facts"]["reason"] for line in edits] == ["更正错误", "机构改革或更名"]


def test_a_mistake_is_named_with_line_and_remedy_and_nothing_changes(own_city):
    _, admin, folder = own_city
    opened = admin.get("/v1/admin/city/duties.csv").json()
    content = opened["content"].replace(
        "城市管理/占道经营,street,街镇", "城市管理/占道经营,street,街道办", 1
    )
    review = admin.post("/v1/admin/city/duties.csv/check", {"content": content}).json()
    assert review["problems"][0]["line"] == 2
    assert review["problems"][0]["remedy"]
    edit = {"content": content, "digest": opened["digest"], "reason": "职责调整"}
    refused = admin.post("/v1/admin/city/duties.csv", edit)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "city_wrong")
    assert "第 2 行" in refused.json()["error"]["message"]
    assert (folder / "duties.csv").read_text(encoding="utf-8") == opened["content"]


def test_a_unit_with_an_account_cannot_disappear(own_city):
    client, admin, _ = own_city
    code = Caller.staff(client, "unit").get("/v1/session").json()["unit_code"]
    opened = admin.get("/v1/admin/city/units.yml").json()["content"]
    content = opened.replace(f"code: {code},", f"code: {code}-new,")
    problems = admin.post("/v1/admin/city/units.yml/check", {"content": content}).json()["problems"]
    assert any("账号" in problem["what"] for problem in problems)


def test_new_clock_rules_hold_for_the_next_ticket(own_city):
    client, admin, _ = own_city
    opened = admin.get("/v1/admin/city/clocks.yml").json()
    content = opened["content"].replace("extension_workdays: 15", "extension_workdays: 9")
    edit = {"content": content, "digest": opened["digest"], "reason": "法规或文件有新规定"}
    assert admin.post("/v1/admin/city/clocks.yml", edit).status_code == 200
    assert admin.get("/v1/desk/reference").json()["extension_workdays"] == 9
    assert client.app.state.services.store.clocks.rules.extension_workdays == 9


def test_only_the_listed_files_can_be_reached(admin):
    for name in ("safety.yml", "..%2Funits.yml", "dictionary.txt"):
        assert admin.get(f"/v1/admin/city/{name}").status_code in {404, 422}


def test_a_category_the_model_can_name_cannot_disappear(own_city):
    _, admin, _ = own_city
    opened = admin.get("/v1/admin/city/taxonomy.yml").json()["content"]
    content = opened.replace("- name: 路灯与照明", "- name: 路灯照明")
    problems = admin.post("/v1/admin/city/taxonomy.yml/check", {"content": content}).json()
    assert problems["problems"]


def test_ones_own_password_is_changed_with_the_old_one(client, admin):
    made = admin.post("/v1/admin/users", account()).json()
    clerk = Caller(client, sign_in(client, "li.si", made["password"]).json()["token"])
    wrong = {"old": "not-the-password", "new": "a-new-long-password"}
    assert clerk.post("/v1/session/password", wrong).status_code == 401
    short = {"old": made["password"], "new": "short"}
    assert clerk.post("/v1/session/password", short).status_code == 422
    good = {"old": made["password"], "new": "a-new-long-password"}
    assert clerk.post("/v1/session/password", good).status_code == 200
    assert clerk.get("/v1/session").status_code == 401
    assert sign_in(client, "li.si", "a-new-long-password").status_code == 200
