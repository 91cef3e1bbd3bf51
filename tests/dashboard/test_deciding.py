"""Dispatching, returning, answering: what the buttons do to real tickets."""

from __future__ import annotations

import pytest

from dashboard import texts
from dashboard.roles import TICKET
from hotline.city import load_city


@pytest.fixture
def numbers(busy_api):
    return busy_api.numbers


def state(api, number, username="dispatcher"):
    headers = {"Authorization": f"Bearer {api.token(username)}"}
    return api.http.get(f"/v1/desk/tickets/{number}", headers=headers).json()


def reasons(kind):
    return load_city().reasons[kind]


def toasts(at):
    return [toast.value for toast in at.toast]


def test_one_click_gives_the_ticket_to_the_suggested_unit(busy_api, desk, numbers):
    at = desk(busy_api, "dispatcher", TICKET, no=numbers["pending"])
    suggested = state(busy_api, numbers["pending"])["suggested_unit"]
    at.button(key="accept").click().run()
    assert not at.exception
    after = state(busy_api, numbers["pending"])
    assert (after["status"], after["unit"]) == ("已派单", suggested)
    assert texts.ACCEPT_NEXT.format(unit=suggested["name"]) in toasts(at)


def test_another_unit_needs_a_reason(busy_api, desk, numbers):
    at = desk(busy_api, "dispatcher", TICKET, no=numbers["doubtful"])
    before = state(busy_api, numbers["doubtful"])
    at.button(key="change").click().run()
    units = at.selectbox(key="change_unit")
    other = next(name for name in units.options if name != before["suggested_unit"]["name"])
    units.select(other)
    at.button(key="change_go").click().run()
    assert texts.CHANGE_NEEDS_WHY in [error.value for error in at.error]
    assert state(busy_api, numbers["doubtful"])["status"] == "待派单"
    at.selectbox(key="change_reason").select(reasons("change")[1])
    at.button(key="change_go").click().run()
    after = state(busy_api, numbers["doubtful"])
    assert (after["status"], after["unit"]["name"]) == ("已派单", other)
    assert after["dispatch_reason"] == reasons("change")[1]


def test_the_slower_of_two_clerks_learns_what_the_other_did(busy_api, desk, numbers):
    number = numbers["rivals"]
    at = desk(busy_api, "dispatcher", TICKET, no=number)
    unit = state(busy_api, number)["suggested_unit"]
    assert busy_api.step("manager", number, "supervise", note="请优先派出").status_code == 200
    at.button(key="accept").click().run()
    assert not at.exception
    told = " ".join(error.value for error in at.error)
    assert "管理者 manager" in told
    assert "请优先派出" in told
    assert state(busy_api, number)["status"] == "待派单"
    at.button(key="accept").click().run()
    assert state(busy_api, number)["unit"] == unit


def test_a_unit_signs_starts_and_answers(busy_api, desk, numbers):
    number = numbers["dispatched"]
    at = desk(busy_api, "unit", TICKET, no=number)
    at.button(key="step_sign").click().run()
    at.button(key="step_start").click().run()
    assert state(busy_api, number)["status"] == "办理中"
    reply = at.text_area(key=f"reply_{number}")
    reply.set_value("已高度重视。").run()
    assert any("高度重视" in caption.value for caption in at.caption)
    at.button(key="step_close").click().run()
    assert state(busy_api, number)["status"] == "办理中"
    full = "越秀区北京路的松动井盖今天上午已加固，夜间再次测试车辆通过没有响声，如有问题请致电。"
    at.text_area(key=f"reply_{number}").set_value(full).run()
    if any(box.key == f"sure_{number}" for box in at.checkbox):
        at.checkbox(key=f"sure_{number}").check().run()
    at.button(key="step_close").click().run()
    after = state(busy_api, number)
    assert (after["status"], after["reply"]) == ("已办结", full)


def test_a_unit_returns_with_a_reason_only(busy_api, desk, numbers):
    number = numbers["signed"]
    at = desk(busy_api, "unit", TICKET, no=number)
    at.button(key="step_return").click().run()
    assert texts.REASON_MISSING in [error.value for error in at.error]
    at.selectbox(key="return_reason").select(reasons("return")[1])
    at.text_area(key="return_note").set_value("应由海珠区办理")
    at.button(key="step_return").click().run()
    assert not at.exception
    after = state(busy_api, number)
    assert (after["status"], after["bounces"]) == ("待派单", 1)


def test_the_contact_is_shown_only_with_a_reason(busy_api, desk, numbers):
    at = desk(busy_api, "dispatcher", TICKET, no=numbers["closed"])
    assert at.button(key="unmask_go").disabled
    at.selectbox(key="unmask_reason").select(reasons("unmask")[0]).run()
    at.button(key="unmask_go").click().run()
    assert any("13800000008" in markdown.value for markdown in at.markdown)


def test_a_batch_sends_only_the_sure_ones(busy_api, numbers, monkeypatch):
    from dashboard import batch
    from dashboard.client import Client, connection

    monkeypatch.setenv("SUISHENG_API_URL", busy_api.url)
    client = Client(connection(busy_api.url, 15.0), busy_api.token("dispatcher"))
    rows = client.tickets({"status": "待派单", "size": 50}).items
    sure = batch.sure_ones(rows)
    assert [row.number for row in sure] == [numbers["sure"]]
    told = []
    monkeypatch.setattr(batch, "desk_client", lambda: client)
    monkeypatch.setattr(batch.frame, "tell", lambda text, kind="done": told.append((kind, text)))
    batch.dispatch_all(sure)
    batch.dispatch_all(sure)
    assert told[0] == ("done", texts.BATCH_DONE.format(n=1))
    assert told[1][0] == "failed"
    assert told[2] == ("done", texts.BATCH_DONE.format(n=0))


def test_a_clerk_takes_a_chat_writes_and_hands_it_back(busy_api, desk, numbers):
    at = desk(busy_api, "agent", "chats", chat=numbers["chat"])
    at.button(key="take").click().run()
    assert texts.CHAT_TAKEN in toasts(at)
    if any(button.key == "use_0" for button in at.button):
        at.button(key="use_0").click().run()
        assert at.text_area(key="say_text").value
    at.text_area(key="say_text").set_value("您好，我来为您核对。")
    at.button(key="say_go").click().run()
    assert not at.exception
    assert any("您好，我来为您核对。" in element.proto.body for element in at.get("html"))
    at.button(key="hand_back").click().run()
    assert texts.CHAT_BACK in toasts(at)


def test_filters_live_in_the_address(busy_api, desk):
    at = desk(busy_api, "dispatcher", None, status="已办结", q="红绿灯")
    assert at.text_input(key="q").value == "红绿灯"
    assert at.session_state["status"] == "已办结"
    at = desk(busy_api, "dispatcher", None, status="没有这种状态")
    assert not at.exception
    assert not at.error


def test_next_walks_through_the_list(busy_api, desk, numbers):
    at = desk(busy_api, "dispatcher", TICKET, no=numbers["closed"])
    assert at.button(key="next").disabled
    at.session_state["listed"] = [numbers["closed"], numbers["handling"]]
    at.run()
    at.button(key="next").click().run()
    assert at.query_params["no"] in (numbers["handling"], [numbers["handling"]])
    assert "花都区" in " ".join(element.proto.body for element in at.get("html"))
