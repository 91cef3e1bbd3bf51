from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from hotline.store import ChatMessage
from tests.api.desk_story import Caller, texts
from tests.api.fault_injector import RasaPlace

FAULTS = ["error", "garbage", "wrong shape", "huge", "hang up", "dripping"]


def test_the_engine_gets_plain_masked_text_and_the_facts(chat: Caller, rasa_place: RasaPlace):
    chat.say("我叫号13800001234，天河區石牌東路有燒烤店半夜好嘈")
    sent = rasa_place.received[0]
    assert "13800001234" not in json.dumps(sent)
    assert sent["metadata"]["facts"]["has_phone"] is True
    assert sent["metadata"]["facts"]["phone_masked"] == "138****1234"
    assert sent["metadata"]["facts"]["phone_last4"] == "1234"
    assert sent["metadata"]["facts"]["district"] == "天河区"
    assert sent["metadata"]["script"] == "traditional"
    assert "石牌东路" in sent["message"]


def test_texts_buttons_and_cards_of_the_engine_reach_the_citizen(
    chat: Caller, rasa_place: RasaPlace
):
    rasa_place.replies = [
        {"text": "请问在哪里？", "buttons": [{"title": "石牌", "payload": "/place"}]},
        {"custom": {"kind": "summary", "text": "请核对", "card": {"place": "石牌东路"}}},
        {"custom": {"kind": "made up", "text": "x"}},
    ]
    answer = chat.say("我要投诉")
    question, summary = answer["replies"]
    assert question["buttons"] == [{"title": "石牌", "payload": "/place"}]
    assert (summary["kind"], summary["card"]) == ("summary", {"place": "石牌东路"})


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_engine_does_the_citizen_gets_a_sentence_and_an_offer(
    chat: Caller, rasa_place: RasaPlace, fault: str
):
    rasa_place.fault = fault
    began = time.monotonic()
    answer = chat.say("居住证怎么办")
    assert time.monotonic() - began < 5
    assert "智能对话暂时不可用" in answer["replies"][0]["text"]
    assert "Traceback" not in texts(answer)
    payloads = [b["payload"] for reply in answer["replies"] for b in reply["buttons"]]
    assert "/gateway_file_ticket" in payloads


def test_a_slow_engine_is_not_waited_for(chat: Caller, rasa_place: RasaPlace):
    rasa_place.delay = 3
    began = time.monotonic()
    answer = chat.say("居住证怎么办")
    assert time.monotonic() - began < 2.5
    assert "智能对话暂时不可用" in texts(answer)


def test_an_offered_message_becomes_one_ticket_with_its_whole_text(
    chat: Caller, rasa_place: RasaPlace
):
    rasa_place.fault = "error"
    chat.say("天河区石牌东路路灯不亮三天了，电话13800001234")
    filed = chat.say(payload="/gateway_file_ticket")
    ticket = filed["replies"][0]
    assert ticket["kind"] == "ticket"
    again = chat.say(payload="/gateway_file_ticket")
    assert again["replies"][0]["card"]["number"] == ticket["card"]["number"]
    mine = chat.get("/v1/tickets").json()["items"]
    assert [item["number"] for item in mine] == [ticket["card"]["number"]]
    desk = Caller.staff(chat.client, "dispatcher")
    detail = desk.get(f"/v1/desk/tickets/{ticket['card']['number']}").json()
    assert "石牌东路路灯不亮三天了" in detail["text"]
    assert detail["contact_masked"] == "138****1234"
    assert detail["dial"] in {"human", "one_click", "auto"}


def test_the_same_message_id_is_done_once_and_answered_alike(chat: Caller, rasa_place: RasaPlace):
    message_id = str(uuid.uuid4())
    first = chat.say("你好", message_id=message_id)
    second = chat.say("你好", message_id=message_id)
    assert first == second
    assert len(rasa_place.received) == 1


def test_twins_sent_at_the_same_moment_are_done_once(chat: Caller, rasa_place: RasaPlace):
    rasa_place.delay = 0.3
    message_id = str(uuid.uuid4())
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: chat.say("你好", message_id=message_id), range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert len(rasa_place.received) == 1


def test_a_message_id_used_for_another_text_is_refused(chat: Caller):
    message_id = str(uuid.uuid4())
    chat.say("你好", message_id=message_id)
    other = chat.post("/v1/chat/messages", {"message_id": message_id, "text": "再见"})
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "idempotency_conflict"


def test_danger_gets_the_number_at_once_though_the_engine_hangs(
    chat: Caller, rasa_place: RasaPlace
):
    rasa_place.delay = 5
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(chat.say, "居住证怎么办")
        time.sleep(0.15)
        answer = chat.say("我家着火了！天河区石牌东路，电话13800001234")
        assert not waiting.done(), "the engine still hangs"
        waiting.result()
    first = answer["replies"][0]
    assert first["kind"] == "emergency"
    assert first["text"].startswith("119")
    assert all("着火" not in sent["message"] for sent in rasa_place.received)
    top = Caller.staff(chat.client, "dispatcher").get("/v1/desk/tickets").json()["items"][0]
    assert (top["safety"], top["urgency"], top["number"]) == (
        True,
        "紧急",
        first["card"]["number"],
    )


def test_more_words_about_the_same_danger_go_to_the_same_ticket(chat: Caller):
    first = chat.say("我家着火了！")["replies"][0]["card"]["number"]
    second = chat.say("着火了快来人，火越来越大")["replies"][0]["card"]["number"]
    assert first == second or second is None
    assert len(chat.get("/v1/tickets").json()["items"]) == 1


def test_personal_data_is_neither_stored_readable_nor_logged(
    chat: Caller, rasa_place: RasaPlace, caplog: pytest.LogCaptureFixture
):
    rasa_place.fault = "error"
    with caplog.at_level("DEBUG"):
        answer = chat.say("我的手机是13800001234，邮箱 invented.person@example.com")
    assert "手机号码" in answer["replies"][0]["text"]
    store = chat.client.app.state.services.store
    with store.session(read_only=True) as session:
        stored = " ".join(session.scalars(select(ChatMessage.text)))
    assert "13800001234" not in stored
    assert "invented.person" not in stored
    assert "13800001234" not in caplog.text
    database = (chat.client.app.state.services.settings.var / "suisheng.db").read_bytes()
    assert b"13800001234" not in database


def test_the_kind_word_about_privacy_is_said_once(chat: Caller):
    assert "手机号码" in texts(chat.say("我的手机13800001234"))
    assert "手机号码" not in texts(chat.say("刚才说的手机13800001234"))


def test_a_long_message_is_kept_whole_and_can_be_filed(chat: Caller, rasa_place: RasaPlace):
    story = "天河区石牌东路的烧烤店每天半夜很吵。" * 250
    answer = chat.say(story)
    assert f"{len(story)} 个字" in texts(answer)
    assert rasa_place.received == []
    number = chat.say(payload="/gateway_file_ticket")["replies"][0]["card"]["number"]
    detail = Caller.staff(chat.client, "dispatcher").get(f"/v1/desk/tickets/{number}").json()
    assert detail["text"] == story


def test_more_than_twenty_thousand_characters_are_refused_in_words(chat: Caller):
    answer = chat.post(
        "/v1/chat/messages", {"message_id": str(uuid.uuid4()), "text": "长" * 20_001}
    )
    assert answer.status_code == 422
    assert "20000" in answer.json()["error"]["message"]


def test_an_empty_message_gets_a_fitting_word(chat: Caller, rasa_place: RasaPlace):
    assert "没有收到文字" in texts(chat.say(" \u200b\u200e "))
    assert rasa_place.received == []


def test_a_citizen_cannot_speak_intents_to_the_engine(chat: Caller, rasa_place: RasaPlace):
    chat.say("/restart")
    assert rasa_place.received[0]["message"] == "／restart"
    assert "按钮已经失效" in texts(chat.say(payload="/restart"))
    assert len(rasa_place.received) == 1


def test_a_button_payload_goes_to_the_engine_unchanged(chat: Caller, rasa_place: RasaPlace):
    payload = '/confirm{"yes": "1"}'
    chat.say("确认", payload)
    assert rasa_place.received[0]["message"] == payload


def test_traditional_writers_read_traditional_and_buttons_still_work(
    chat: Caller, rasa_place: RasaPlace
):
    rasa_place.replies = [
        {"text": "请问在哪里？", "buttons": [{"title": "继续办理", "payload": "/继续"}]}
    ]
    reply = chat.say("我想投訴噪音")["replies"][0]
    assert reply["text"] == "請問在哪裏？"
    assert reply["buttons"] == [{"title": "繼續辦理", "payload": "/继续"}]
    assert "请问" in texts(chat.say("我想问一下"))


def test_the_number_and_last_four_said_in_chat_reach_the_engine(
    chat: Caller, rasa_place: RasaPlace
):
    number = chat.file()["number"]
    chat.say(f"查一下 {number} 手机号 13800001234")
    facts = rasa_place.received[-1]["metadata"]["facts"]
    assert (facts["ticket_number"], facts["phone_last4"]) == (number, "1234")
    other = Caller.citizen(chat.client)
    other.say(f"{number}")
    other.say("尾号是1234")
    facts = rasa_place.received[-1]["metadata"]["facts"]
    assert (facts["ticket_number"], facts["phone_last4"]) == (number, "1234")


def test_everything_said_can_be_read_again_in_order(chat: Caller):
    chat.say("你好")
    chat.say("再问一句")
    history = chat.get("/v1/chat/messages").json()["replies"]
    assert [m["speaker"] for m in history] == ["citizen", "bot", "citizen", "bot"]
    later = chat.get(f"/v1/chat/messages?after={history[1]['id']}").json()["replies"]
    assert later == history[2:]


def test_another_citizen_sees_nothing_of_it(chat: Caller):
    chat.say("你好")
    assert Caller.citizen(chat.client).get("/v1/chat/messages").json()["replies"] == []
