from __future__ import annotations

import pytest

from tests.api.desk_story import Caller, texts
from tests.api.fault_injector import RasaPlace


@pytest.fixture
def agent(chat: Caller) -> Caller:
    return Caller.staff(chat.client, "agent")


def conversation_of(agent: Caller) -> str:
    return agent.get("/v1/desk/chats").json()["items"][0]["id"]


def test_asking_for_a_person_tells_the_place_in_the_queue(chat: Caller):
    first = chat.say(payload="/gateway_human")
    second = Caller.citizen(chat.client).say(payload="/gateway_human")
    assert (first["state"], first["queue_position"]) == ("waiting", 1)
    assert (second["state"], second["queue_position"]) == ("waiting", 2)
    assert "1 位" in texts(second)


def test_who_waits_is_not_answered_by_the_bot_and_can_stop_waiting(
    chat: Caller, rasa_place: RasaPlace
):
    chat.say(payload="/gateway_human")
    assert chat.say("在吗")["replies"][0]["speaker"] == "system"
    assert rasa_place.received == []
    assert chat.say(payload="/gateway_leave_queue")["state"] == "bot"
    assert chat.say("你好")["replies"][0]["speaker"] == "bot"


def test_the_clerk_sees_the_history_and_the_bot_is_silent(
    chat: Caller, agent: Caller, rasa_place: RasaPlace
):
    chat.say("我的手机13800001234，居住证怎么办")
    chat.say(payload="/gateway_human")
    conversation = conversation_of(agent)
    taken = agent.post(f"/v1/desk/chats/{conversation}/take").json()
    assert "138****1234" in taken["messages"][0]["text"]
    asked = len(rasa_place.received)
    silent = chat.say("你好，在吗")
    assert (silent["replies"], silent["state"]) == ([], "human")
    assert len(rasa_place.received) == asked
    said = agent.post(f"/v1/desk/chats/{conversation}/messages", {"text": "您好，请讲"}).json()
    assert said["speaker"] == "human"
    seen = chat.get("/v1/chat/messages").json()
    assert seen["replies"][-1]["text"] == "您好，请讲"
    assert any("已接入" in reply["text"] for reply in seen["replies"])
    back = agent.post(f"/v1/desk/chats/{conversation}/hand-back").json()
    assert back["state"] == "bot"
    assert chat.say("谢谢")["replies"][0]["speaker"] == "bot"


def test_two_clerks_cannot_hold_one_conversation(chat: Caller, agent: Caller):
    chat.say(payload="/gateway_human")
    conversation = conversation_of(agent)
    other = Caller.staff(chat.client, "dispatcher")
    assert other.post(f"/v1/desk/chats/{conversation}/messages", {"text": "x"}).status_code == 409
    agent.post(f"/v1/desk/chats/{conversation}/take")
    assert other.post(f"/v1/desk/chats/{conversation}/take").status_code == 409
    assert other.post(f"/v1/desk/chats/{conversation}/messages", {"text": "x"}).status_code == 403


def test_danger_is_answered_even_while_a_person_speaks(chat: Caller, agent: Caller):
    chat.say(payload="/gateway_human")
    agent.post(f"/v1/desk/chats/{conversation_of(agent)}/take")
    assert chat.say("我家着火了！")["replies"][0]["kind"] == "emergency"


def test_an_unknown_conversation_is_not_found(agent: Caller):
    assert agent.get("/v1/desk/chats/chat-none").json()["error"]["code"] == "chat_not_found"
