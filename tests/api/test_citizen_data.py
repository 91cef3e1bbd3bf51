from __future__ import annotations

import io

from PIL import Image

from hotline.store import ChatMessage, Conversation
from tests.api.desk_story import Caller
from tests.api.fault_injector import RasaPlace


def photo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_citizen_sees_everything_that_is_kept_and_nobody_elses(chat: Caller):
    chat.say("我的电话13800001234，路灯坏了")
    number = chat.file()["number"]
    chat.call("POST", "/v1/attachments", files={"file": ("a.jpg", photo(), "image/jpeg")})
    found = chat.get("/v1/citizen/data").json()
    assert any("138****1234" in message["text"] for message in found["messages"])
    assert found["phone_masked"] == "138****1234"
    assert found["hidden"] == ["手机号码"]
    assert [ticket["number"] for ticket in found["tickets"]] == [number]
    assert found["photos"] == 1
    assert "13800001234" not in str(found)
    other = Caller.citizen(chat.client).get("/v1/citizen/data").json()
    assert (other["messages"], other["tickets"], other["photos"]) == ([], [], 0)


def test_deleting_takes_chats_photos_and_bookings_and_ends_the_session(
    chat: Caller, rasa_place: RasaPlace
):
    chat.say("我的电话13800001234，路灯坏了")
    chat.call("POST", "/v1/attachments", files={"file": ("a.jpg", photo(), "image/jpeg")})
    services = chat.client.app.state.services
    folder = services.settings.var / "attachments"
    assert list(folder.iterdir())
    gone = chat.call("DELETE", "/v1/citizen/data").json()
    assert gone["messages"] >= 2
    assert gone["session_ended"] is True
    assert rasa_place.forgotten[0].startswith("chat-")
    assert chat.get("/v1/citizen/data").status_code == 401
    assert list(folder.iterdir()) == []
    with services.store.session(read_only=True) as session:
        assert session.query(ChatMessage).count() == 0
        assert session.query(Conversation).count() == 0


def test_a_ticket_being_handled_stays_and_can_still_be_followed(chat: Caller):
    number = chat.file()["number"]
    chat.say("谢谢")
    gone = chat.call("DELETE", "/v1/citizen/data").json()
    assert gone["kept_tickets"] == [number]
    assert gone["session_ended"] is False
    assert [item["number"] for item in chat.get("/v1/tickets").json()["items"]] == [number]
    assert chat.get("/v1/chat/messages").json()["replies"] == []


def test_nothing_is_deleted_while_the_engine_cannot_forget(chat: Caller, rasa_place: RasaPlace):
    chat.say("路灯坏了")
    rasa_place.fault = "error"
    refused = chat.call("DELETE", "/v1/citizen/data")
    assert refused.status_code == 409
    assert "还没有删除" in refused.json()["error"]["message"]
    assert chat.get("/v1/citizen/data").json()["messages"]
