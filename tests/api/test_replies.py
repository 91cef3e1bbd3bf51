"""Looking a reply over, and a draft to start from."""

from __future__ import annotations

import pytest

from tests.api.desk_story import Caller

TWO_MATTERS = "天河区石牌东路的路灯坏了三盏，晚上看不清路。另外楼下大排档每晚油烟很大，熏得睡不着。"


@pytest.fixture
def asked(client):
    number = Caller.citizen(client).file(TWO_MATTERS)["number"]
    clerk = Caller.staff(client, "dispatcher")

    def check(reply):
        answer = clerk.post(f"/v1/desk/tickets/{number}/check-reply", {"reply": reply})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return check


def test_a_reply_about_something_else_is_called_so(asked):
    found = asked("您好，居住证请到户籍窗口办理，带上身份证原件，三个工作日内可以领取，感谢支持。")
    assert found["doubtful"]
    assert found["answered"] == 0
    assert "答非所问" in found["missing"][0]


def test_the_matter_left_out_is_named(asked):
    found = asked(
        "石牌东路坏了的三盏路灯已于今天下午全部换新，晚上看得清路了，由市政养护单位负责。"
    )
    assert (found["matters"], found["answered"]) == (2, 1)
    assert any("大排档" in each for each in found["missing"])


def test_empty_words_are_pointed_out(asked):
    found = asked("石牌东路的路灯和大排档的油烟我们高度重视。")
    assert any("高度重视" in each for each in found["reasons"])


def test_a_full_reply_leaves_no_matter_out(asked):
    found = asked(
        "石牌东路坏了的三盏路灯已于今天下午全部换新。楼下大排档油烟很大的问题，执法人员昨晚到场检查，"
        "依据《大气污染防治法》责令其三日内装好净化设备，逾期将处罚。如有疑问请致电12345。"
    )
    assert found["missing"] == []


def test_a_draft_quotes_the_entry_and_is_silent_without_one(client):
    clerk = Caller.staff(client, "dispatcher")
    asked_for = Caller.citizen(client).file("居住证怎么办理？需要什么材料？")["number"]
    draft = clerk.get(f"/v1/desk/tickets/{asked_for}/draft").json()
    assert draft["answer"]["outcome"] == "answered"
    assert draft["answer"]["text"] in draft["text"]
    assert "12345" in draft["text"]
    unknown = Caller.citizen(client).file("隔壁火星飞船半夜起飞声音好大。")["number"]
    assert clerk.get(f"/v1/desk/tickets/{unknown}/draft").json()["text"] == ""


def test_a_unit_gets_no_draft_of_another_units_ticket(client):
    number = Caller.citizen(client).file()["number"]
    unit = Caller.staff(client, "unit")
    assert unit.get(f"/v1/desk/tickets/{number}/draft").status_code == 404
    checked = unit.post(f"/v1/desk/tickets/{number}/check-reply", {"reply": "已办"})
    assert checked.status_code == 404
