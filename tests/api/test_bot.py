from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import SERVICE_TOKEN
from tests.api.desk_story import Caller
from tests.api.fault_injector import RasaPlace


class Actions:
    """The dialogue actions, speaking for one conversation."""

    def __init__(self, chat: Caller, conversation: str) -> None:
        self.service = Caller(chat.client, SERVICE_TOKEN)
        self.headers = {"X-Conversation": conversation}

    def post(self, name: str, body: Any) -> Any:
        return self.service.post(f"/v1/bot/{name}", body, headers=self.headers)

    def get(self, name: str) -> Any:
        return self.service.get(f"/v1/bot/{name}", headers=self.headers)


@pytest.fixture
def actions(chat: Caller, rasa_place: RasaPlace) -> Actions:
    chat.say("我的手机13800001234")
    return Actions(chat, rasa_place.received[0]["sender"])


def filed(actions: Actions, text: str = "石牌东路烧烤店半夜噪音") -> dict[str, Any]:
    answer = actions.post("tickets", {"text": text, "place": "石牌东路", "appeal_type": "投诉"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_ticket_of_the_chat_carries_the_phone_given_in_it(chat: Caller, actions: Actions):
    ticket = filed(actions)
    assert chat.get("/v1/tickets").json()["items"][0]["number"] == ticket["number"]
    found = Caller.citizen(chat.client).post(
        "/v1/tickets/lookup", {"number": ticket["number"], "phone_last4": "1234"}
    )
    assert found.status_code == 200


def test_the_same_ticket_twice_is_filed_once(actions: Actions):
    assert filed(actions)["number"] == filed(actions)["number"]
    assert filed(actions)["number"] != filed(actions, "另一件事：路灯不亮")["number"]


def test_progress_without_a_number_is_that_of_the_newest(actions: Actions):
    filed(actions)
    newest = filed(actions, "天河北路路灯不亮")["number"]
    assert actions.post("progress", {}).json()["number"] == newest


def test_progress_of_a_strange_ticket_needs_the_phone(
    chat: Caller, actions: Actions, rasa_place: RasaPlace
):
    number = filed(actions)["number"]
    other = Caller.citizen(chat.client)
    other.say("你好")
    strange = Actions(other, rasa_place.received[-1]["sender"])
    assert strange.post("progress", {"number": number}).status_code == 404
    wrong = strange.post("progress", {"number": number, "phone_last4": "9999"})
    assert wrong.status_code == 404
    right = strange.post("progress", {"number": number, "phone_last4": "1234"})
    assert right.json()["number"] == number


def test_adding_rating_and_reopening_work_for_the_ticket_talked_about(
    chat: Caller, actions: Actions
):
    number = filed(actions)["number"]
    assert actions.post("additions", {"text": "今晚又吵了"}).status_code == 200
    assert actions.post("rating", {"score": 5}).json()["error"]["code"] == "illegal_step"
    desk, unit = Caller.staff(chat.client, "dispatcher"), Caller.staff(chat.client, "unit")
    code = unit.get("/v1/session").json()["unit_code"]
    desk.step(number, "dispatch", unit_code=code, reason="属地不对")
    for name, fields in (("sign", {}), ("start", {}), ("close", {"reply": "已要求停业整改。"})):
        assert unit.step(number, name, **fields).status_code == 200
    assert actions.post("rating", {"score": "2", "text": "没解决"}).json()["rating"] == 2
    child = actions.post("reopen", {"reason": "昨晚还在吵"}).json()
    assert child["number"] != number


def test_handing_over_queues_the_conversation(chat: Caller, actions: Actions):
    assert actions.post("handover", {"reason": "没听懂两次"}).json() == {"queue_position": 1}
    assert chat.get("/v1/chat/messages").json()["state"] == "waiting"


def test_an_engine_that_hands_over_without_a_word_still_tells_the_place(
    chat: Caller, actions: Actions, rasa_place: RasaPlace
):
    actions.post("handover", {"reason": ""})
    actions_answer = chat.say("还在吗")
    assert actions_answer["queue_position"] == 1


def test_a_seat_is_booked_once(actions: Actions):
    free = actions.get("appointments?business=社保业务&hall=天河区政务服务中心").json()["items"]
    slot = free[0]
    body = {
        "hall": slot["hall"],
        "date": slot["date"],
        "start": slot["start"],
        "business": "社保",
    }
    booked = actions.post("appointments", body)
    assert booked.json()["code"].startswith("YY")
    assert actions.post("appointments", body).status_code == 409
    after = actions.get("appointments?business=社保业务&hall=天河区政务服务中心").json()["items"]
    assert after[0]["free"] == slot["free"] - 1


def test_an_unknown_conversation_is_not_found(chat: Caller):
    strange = Actions(chat, "chat-nobody")
    assert strange.post("answer", {"question": "你好"}).status_code == 404


def test_the_service_token_opens_nothing_else(chat: Caller):
    service = Caller(chat.client, SERVICE_TOKEN)
    assert service.get("/v1/desk/tickets").status_code == 403
    assert service.get("/v1/tickets").status_code == 403
